// The authority's key as a stranger finds it: in the x5c header (RFC 7515 §4.1.6), certified by the one root that he trusts.
import { X509Certificate, createPrivateKey, sign } from 'node:crypto';

export class Untrusted extends Error {}

export function certifiedKey({ x5c }, root, time) {
  const [leaf, ...further] = x5c.map(certificate);
  const anchor = certificate(root);
  const isCurrent = Date.parse(leaf.validFrom) <= time * 1000 && time * 1000 <= Date.parse(leaf.validTo);
  if (further.length > 0 || !leaf.checkIssued(anchor) || !leaf.verify(anchor.publicKey) || !isCurrent) throw new Untrusted('Untrusted');
  return leaf.publicKey;
}

/** Signs as ES256 does (RFC 7518 §3.4). */
export const signer = jwk => data =>
  sign('sha256', Buffer.from(data), { key: createPrivateKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }).toString('base64url');

const certificate = base64 => new X509Certificate(Buffer.from(base64, 'base64'));
