// A citizen's wallet by other people's libraries: JWS by jose, HPKE by @hpke/core. All that it knows is what docs/citizens.md says.
import { createHash, randomBytes } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { answer } from './answer.mjs';

const text = (value) => new TextEncoder().encode(value);
const digest = (value) => createHash('sha256').update(value).digest('base64url');
const nonce = () => randomBytes(24).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

class Wallet {
  constructor(base, metadata, key, jwk) {
    Object.assign(this, { base, metadata, key, jwk });
  }

  static async at(base) {
    const metadata = await (await fetch(`${base}/.well-known/netid-authority`)).json();
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    return new Wallet(base, metadata, privateKey, await exportJWK(publicKey));
  }

  sign(command, body, nonce) {
    const payload = { command, body, audience: this.metadata.issuer, nonce, device: this.device, time: now() };
    return new CompactSign(text(JSON.stringify(payload))).setProtectedHeader({ typ: 'netid-command+jwt', alg: 'ES256' }).sign(this.key);
  }

  /** What only the authority reads: encapsulated key, ciphertext and tag; good for one command, whose nonce is the context. */
  async seal(factors, context) {
    const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
    const recipientPublicKey = await suite.kem.deserializePublicKey(Buffer.from(this.metadata.factors_key, 'base64'));
    const sender = await suite.createSenderContext({ recipientPublicKey, info: text('NetIdGrains factors 1') });
    const sealed = await sender.seal(text(JSON.stringify(factors)), text(context));
    return Buffer.concat([Buffer.from(sender.enc), Buffer.from(sealed)]).toString('base64url');
  }

  async send(method, path, body) {
    const response = await fetch(this.base + path, { method, headers: { 'content-type': 'application/jose' }, body });
    const said = await response.json();
    if (!response.ok) throw new Error(`${said.type} ${said.detail ?? ''}`);
    return said;
  }

  async keyProof(nonce) {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    return new CompactSign(text(JSON.stringify({ aud: this.metadata.issuer, iat: now(), nonce })))
      .setProtectedHeader({ typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk: await exportJWK(publicKey) })
      .sign(privateKey);
  }

  async apply(number, name, password) {
    this.device = await calculateJwkThumbprint(this.jwk); // until the authority has named it
    const notice = (await fetch(`${this.base}/v1/notice`)).headers.get('notice-hash');
    const { application } = await this.send('POST', '/v1/applications');
    const step = async (command, body, factors = '') =>
      this.send('PUT', `/v1/applications/${application}`, (await this.sign(command, body, `${application}.${nonce()}`)) + factors);
    await step('agree', { notice, consents: ['application', 'document-number'], device_key: this.jwk });
    await step('document', { kind: 'resident-id', number, name });
    const factors = await this.seal({ password }, application);
    const issued = await step('complete', { holder_key_proofs: [await this.keyProof(application)], factors: digest(factors) }, `~${factors}`);
    this.device = issued.device;
    return issued;
  }

  async command(command, body = {}) {
    return this.send('POST', '/v1/commands', await this.sign(command, body, nonce()));
  }

  async commandWithPassword(command, password, body = {}) {
    const own = nonce();
    const factors = await this.seal({ password }, own);
    return this.send('POST', '/v1/commands', `${await this.sign(command, { ...body, factors: digest(factors) }, own)}~${factors}`);
  }
}

async function live({ base, number, name, password }) {
  const wallet = await Wallet.at(base);
  const issued = await wallet.apply(number, name, password);
  const frozen = await wallet.command('freeze');
  const active = await wallet.commandWithPassword('unfreeze', password);
  const exported = await wallet.commandWithPassword('export', password);
  const renewed = await wallet.command('refill', { holder_key_proofs: [] }).catch((refusal) => refusal.message);
  const left = await wallet.commandWithPassword('cancel', password);
  const gone = await wallet.command('status').catch((refusal) => refusal.message);
  return {
    netId: issued.net_id,
    certificates: issued.certificates.length,
    statuses: [frozen.status, active.status, left.status],
    exported: exported.export.net_id,
    renewed,
    receipt: left.deletion_receipt,
    gone,
  };
}

await answer({ live });
