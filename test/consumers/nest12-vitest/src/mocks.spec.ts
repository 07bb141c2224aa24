import { create } from 'axios';
import AxiosMockAdapter from 'axios-mock-adapter';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { MockAgent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { TENCENT, answer, send } from '../test/mocked-app.js';

describe('a mock that the documentation names', () => {
  it.each([
    ['as it is', {}],
    ['with axios', { http: {} }],
  ])('MockAgent of undici sees the texts of an app %s', async (_, more) => {
    const before = getGlobalDispatcher();
    const mock = new MockAgent();
    mock.disableNetConnect();
    setGlobalDispatcher(mock);
    mock
      .get(TENCENT)
      .intercept({ path: '/', method: 'POST' })
      .reply(200, ({ body }) => answer(JSON.parse(String(body))));
    expect((await send(more)).status).toBe('accepted');
    expect(await send(more)).toMatchObject({ status: 'rejected', code: 'SMS_CONNECT_FAILED' });
    setGlobalDispatcher(before);
    await mock.close();
  });

  it.each(['http', 'fetch'])(
    'msw sees the texts of an app with the adapter %s of axios',
    async (adapter) => {
      const server = setupServer(
        http.post(`${TENCENT}/`, async ({ request }) =>
          HttpResponse.json(answer(await request.json())),
        ),
      );
      server.listen({ onUnhandledRequest: 'error' });
      expect((await send({ http: create({ adapter }) })).status).toBe('accepted');
      server.close();
    },
  );

  it('axios-mock-adapter sees the texts of an app with its instance', async () => {
    const instance = create();
    const mock = new AxiosMockAdapter(instance as never);
    mock
      .onPost(`${TENCENT}/`)
      .replyOnce((config) => [200, answer(JSON.parse(String(config.data)))]);
    expect((await send({ http: instance })).status).toBe('accepted');
    expect(await send({ http: instance })).toMatchObject({ status: 'unknown', reason: 'protocol' });
    mock.onPost().networkErrorOnce();
    expect((await send({ http: instance })).status).toBe('unknown');
  });
});
