// TOTP (RFC 6238) by otplib, as an authenticator app is set up: the secret in base32, SHA-256, eight digits, thirty seconds.
import { generateSync, verifySync } from 'otplib';
import { answer } from './answer.mjs';

const form = { algorithm: 'sha256', digits: 8, period: 30 };

function codes({ secret, times }) {
  return { codes: times.map(epoch => generateSync({ ...form, secret, epoch })) };
}

function accept({ secret, shown, drift }) {
  const isAccepted = ({ code, time }) => verifySync({ ...form, secret, token: code, epoch: time, epochTolerance: drift }).valid;
  return { accepted: shown.map(isAccepted) };
}

await answer({ codes, accept });
