// Token status lists by @sd-jwt/jwt-status-list, which reads and writes them and leaves the signature to its caller; jose has that part.
import { StatusList, createHeaderAndPayload, getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';
import { SignJWT, errors, importJWK, jwtVerify } from 'jose';
import { answer } from './answer.mjs';
import { Untrusted, certifiedKey } from './keys.mjs';

async function read({ token, root, uri, time, indexes }) {
  const checks = { typ: 'statuslist+jwt', subject: uri, currentDate: new Date(time * 1000), algorithms: ['ES256'] };
  await jwtVerify(token, header => certifiedKey(header, root, time), checks);
  const list = getListFromStatusListJWT(token);
  return { bits: list.getBitsPerStatus(), length: list.statusList.length, statuses: indexes.map(index => list.getStatus(index)) };
}

async function make({ bits, statuses, claims, key, x5c }) {
  const { header, payload } = createHeaderAndPayload(new StatusList(statuses, bits), claims, { alg: 'ES256', x5c });
  return { token: await new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(key, 'ES256')) };
}

await answer({ read, make }, errors.JOSEError, Untrusted);
