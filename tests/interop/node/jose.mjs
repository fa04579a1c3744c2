// JWS, JWT and JWK (RFC 7515, 7519, 7517) by jose.
import {
  EmbeddedJWK, SignJWT, calculateJwkThumbprint, createLocalJWKSet, errors, exportJWK, generateKeyPair, importJWK, jwtVerify,
} from 'jose';
import { answer } from './answer.mjs';
import { Untrusted, certifiedKey } from './keys.mjs';

async function newKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { d, ...publicJwk } = await exportJWK(privateKey);
  return { publicJwk, privateJwk: { ...publicJwk, d } };
}

async function sign({ header, payload, key }) {
  return { jws: await new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(key, 'ES256')) };
}

async function verify({ jws, keySet, root, checks, time }) {
  const ofSet = createLocalJWKSet(keySet);
  const keyOf = (header, token) =>
    header.x5c ? certifiedKey(header, root, time) : header.jwk ? EmbeddedJWK(header, token) : ofSet(header, token);
  const { payload } = await jwtVerify(jws, keyOf, { ...checks, currentDate: new Date(time * 1000), algorithms: ['ES256'] });
  return { payload };
}

async function thumbprint({ jwk }) {
  return { thumbprint: await calculateJwkThumbprint(jwk) };
}

await answer({ newKey, sign, verify, thumbprint }, errors.JOSEError, Untrusted);
