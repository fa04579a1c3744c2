// DPoP proofs (RFC 9449): dpop makes them, as a caller would; jose verifies ours, by the key in the header.
import { mock } from 'node:test';
import { calculateThumbprint, generateKeyPair, generateProof } from 'dpop';
import { EmbeddedJWK, calculateJwkThumbprint, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { answer } from './answer.mjs';

async function create({ uri, method, time, nonce, accessToken }) {
  mock.timers.enable({ apis: ['Date'], now: time * 1000 }); // it takes no time of ours
  const pair = await generateKeyPair('ES256');
  const proofs = [];
  for (let count = 0; count < 2; count++) proofs.push(await generateProof(pair, uri, method, nonce, accessToken));
  return { proofs, thumbprint: await calculateThumbprint(pair.publicKey) };
}

async function verify({ proof, time }) {
  const checks = { typ: 'dpop+jwt', algorithms: ['ES256'], maxTokenAge: '5 minutes', requiredClaims: ['jti', 'htm', 'htu'] };
  const { payload } = await jwtVerify(proof, EmbeddedJWK, { ...checks, currentDate: new Date(time * 1000) });
  return { payload, thumbprint: await calculateJwkThumbprint(decodeProtectedHeader(proof).jwk) };
}

await answer({ create, verify }, errors.JOSEError);
