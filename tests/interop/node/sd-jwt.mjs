// SD-JWT VC (RFC 9901) by @sd-jwt/core and @sd-jwt/sd-jwt-vc. They leave signatures, the audience and the way to
// a status list to their caller; jose checks the first two.
import { createHash, randomBytes } from 'node:crypto';
import { SDJwtInstance } from '@sd-jwt/core';
import { SLException } from '@sd-jwt/jwt-status-list';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { SDJWTException } from '@sd-jwt/utils';
import { decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose';
import { answer } from './answer.mjs';
import { Untrusted, certifiedKey, signer } from './keys.mjs';

const libraries = { core: SDJwtInstance, 'sd-jwt-vc': SDJwtVcInstance };
const hasher = (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest();
const saltGenerator = length => randomBytes(length).toString('base64url');

function issue({ claims, disclosable, decoys, key, x5c }) {
  const issuer = new SDJwtVcInstance({ hasher, saltGenerator, signer: signer(key), signAlg: 'ES256' });
  return issuer.issue(claims, { _sd: disclosable, _sd_decoy: decoys }, { header: { x5c } }).then(certificate => ({ certificate }));
}

function present({ certificate, disclose, key, audience, nonce, time }) {
  const wallet = new SDJwtVcInstance({ hasher, kbSigner: signer(key), kbSignAlg: 'ES256' });
  const chosen = Object.fromEntries(disclose.map(name => [name, true]));
  const binding = { payload: { aud: audience, nonce, iat: time } };
  return wallet.present(certificate, chosen, { kb: binding }).then(presentation => ({ presentation }));
}

async function verify({ library, presentation, root, audience, nonce, time, statuses }) {
  const currentDate = new Date(time * 1000);
  const signed = async (data, signature, key, checks) =>
    !!await jwtVerify(`${data}.${signature}`, key, { algorithms: ['ES256'], currentDate, ...checks });
  const certified = typ => (data, signature) =>
    signed(data, signature, certifiedKey(decodeProtectedHeader(`${data}.${signature}`), root, time), { typ });
  const platform = new libraries[library]({
    hasher,
    verifier: certified('dc+sd-jwt'),
    statusListFetcher: uri => statuses[uri],
    statusVerifier: certified('statuslist+jwt'),
    kbVerifier: async (data, signature, { cnf }) =>
      signed(data, signature, await importJWK(cnf.jwk, 'ES256'), { typ: 'kb+jwt', audience, maxTokenAge: '5 minutes' }),
  });
  const verified = await platform.verify(presentation, { currentDate: time, keyBindingNonce: nonce });
  return { claims: verified.payload };
}

await answer({ issue, present, verify }, SDJWTException, SLException, errors.JOSEError, Untrusted);
