// Standard Webhooks 1.0 by that project's own library.
import { mock } from 'node:test';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { answer } from './answer.mjs';

function sign({ secret, id, time, body }) {
  return { signature: new Webhook(secret).sign(id, new Date(time * 1000), body) };
}

function verify({ secret, id, time, signature, body, now }) {
  mock.timers.enable({ apis: ['Date'], now: now * 1000 }); // it takes no time of ours
  new Webhook(secret).verify(body, { 'webhook-id': id, 'webhook-timestamp': `${time}`, 'webhook-signature': signature });
  return {};
}

await answer({ sign, verify }, WebhookVerificationError);
