// The clients that are compared. Each sends the same SendSms and gives back the answer's body.
import http from 'node:http';
import https from 'node:https';
import { Test } from '@nestjs/testing';
import axios from 'axios';
import { SmsModule, SmsService, signTc3 } from 'nestjs-tencentcloud-sms';
import sdk from 'tencentcloud-sdk-nodejs-sms';
import { Agent } from 'undici';

const CREDENTIALS = { secretId: 'AKIDbenchbenchbench', secretKey: 'bench-secret-key' };

/** The request of one text, or of a batch. */
export function requestOf(count) {
  return {
    PhoneNumberSet: Array.from({ length: count }, (_, i) => `+86137${String(i).padStart(8, '0')}`),
    SmsSdkAppId: '1400006666',
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
  };
}

/** Every client for one endpoint, in the order in which the table names them. */
export async function createClients({ secure, port, params }) {
  const origin = `${secure ? 'https' : 'http'}://localhost:${port}`;
  const clients = {
    ours: await ours(origin, params),
    sdk: officialSdk(secure, port, params),
    axios: stockAxios(origin, secure, params),
    undici: bareUndici(origin, params),
  };
  return {
    clients,
    close: async () => {
      for (const client of Object.values(clients)) {
        await client.close?.();
      }
    },
  };
}

async function ours(endpoint, params) {
  const app = await Test.createTestingModule({
    imports: [SmsModule.forRoot({ credentials: CREDENTIALS, sdkAppId: '1400006666', endpoint })],
  }).compile();
  const sms = app.get(SmsService);
  return { send: () => sms.sendSms(params), close: () => app.close() };
}

function officialSdk(secure, port, params) {
  const client = new sdk.sms.v20210111.Client({
    credential: CREDENTIALS,
    region: 'ap-guangzhou',
    profile: {
      httpProfile: {
        protocol: secure ? 'https://' : 'http://',
        endpoint: `localhost:${port}`,
      },
    },
  });
  return { send: () => client.SendSms(params) };
}

function stockAxios(origin, secure, params) {
  const Kind = secure ? https.Agent : http.Agent;
  const agent = new Kind({ keepAlive: true });
  const instance = axios.create({ httpAgent: agent, httpsAgent: agent });
  const { host } = new URL(origin);
  return {
    send: async () => {
      const { body, headers } = sign(host, params);
      const { data } = await instance.post(`${origin}/`, body, { headers });
      return data.Response;
    },
    close: () => agent.destroy(),
  };
}

function bareUndici(origin, params) {
  const agent = new Agent();
  // Signed once: what is measured is nothing but moving bytes.
  const { body, headers } = sign(new URL(origin).host, params);
  return {
    send: async () => {
      const answer = await agent.request({ origin, path: '/', method: 'POST', headers, body });
      return JSON.parse(await answer.body.text()).Response;
    },
    close: () => agent.close(),
  };
}

function sign(host, params) {
  const body = JSON.stringify(params);
  const timestamp = Math.floor(Date.now() / 1000);
  const { authorization } = signTc3({
    method: 'POST',
    host,
    action: 'SendSms',
    timestamp,
    ...CREDENTIALS,
    contentType: 'application/json',
    body,
  });
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      Authorization: authorization,
      'X-TC-Action': 'SendSms',
      'X-TC-Version': '2021-01-11',
      'X-TC-Region': 'ap-guangzhou',
      'X-TC-Timestamp': String(timestamp),
    },
  };
}
