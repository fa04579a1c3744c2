// SM2 signatures with SM3 (GB/T 32918.2) by sm-crypto: keys and signatures in hexadecimal, the signature as R and S of 32 bytes each.
import smCrypto from 'sm-crypto';
import { answer } from './answer.mjs';

const { sm2 } = smCrypto;
const userId = '1234567812345678';
const bytes = hex => [...Buffer.from(hex, 'hex')];

function sign({ message }) {
  const { privateKey, publicKey } = sm2.generateKeyPairHex();
  return { publicKey, signature: sm2.doSignature(bytes(message), privateKey, { hash: true, publicKey, userId }) };
}

function verify({ message, signature, publicKey }) {
  return { valid: sm2.doVerifySignature(bytes(message), signature, publicKey, { hash: true, userId }) };
}

await answer({ sign, verify });
