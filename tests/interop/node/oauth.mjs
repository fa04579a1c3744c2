// OAuth 2.0 by openid-client: client credentials with private_key_jwt (RFC 7523) and a DPoP-bound token (RFC 9449), and requests with it.
import * as client from 'openid-client';
import { importJWK } from 'jose';
import { answer } from './answer.mjs';

async function ask({ base, issuer, id, privateJwk, paths }) {
  const server = { issuer, token_endpoint: `${base}/v1/token`, token_endpoint_auth_methods_supported: ['private_key_jwt'] };
  const config = new client.Configuration(server, id, {}, client.PrivateKeyJwt(await importJWK(privateJwk, 'ES256')));
  client.allowInsecureRequests(config);
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
  const token = await client.clientCredentialsGrant(config, {}, { DPoP });
  const answers = [];
  for (const path of paths) {
    const response = await client.fetchProtectedResource(config, token.access_token, new URL(path, base), 'GET', null, null, { DPoP });
    answers.push({ status: response.status, body: await response.json() });
  }
  const bearer = await fetch(new URL(paths[0], base), { headers: { authorization: `Bearer ${token.access_token}` } });
  return { tokenType: token.token_type, answers, bearer: bearer.status };
}

await answer({ ask }, client.ClientError, client.ResponseBodyError, client.WWWAuthenticateChallengeError);
