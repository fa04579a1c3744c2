// JWE (RFC 7516) by jose.
import { CompactEncrypt, calculateJwkThumbprint, compactDecrypt, errors, exportJWK, generateKeyPair, importJWK } from 'jose';
import { answer } from './answer.mjs';

const only = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };

async function newKey() {
  const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { d, ...publicJwk } = await exportJWK(privateKey);
  return { publicJwk: { ...publicJwk, use: 'enc', kid: await calculateJwkThumbprint(publicJwk) }, privateJwk: { ...publicJwk, d } };
}

async function encrypt({ header, plaintext, key }) {
  const recipient = await importJWK(key, 'ECDH-ES');
  return { jwe: await new CompactEncrypt(Buffer.from(plaintext, 'base64')).setProtectedHeader(header).encrypt(recipient) };
}

async function decrypt({ jwe, key }) {
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, await importJWK(key, 'ECDH-ES'), only);
  return { plaintext: Buffer.from(plaintext).toString('base64'), header: protectedHeader };
}

await answer({ newKey, encrypt, decrypt }, errors.JOSEError);
