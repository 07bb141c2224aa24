import { create } from 'axios';
import nock from 'nock';
import { TENCENT, answer, send } from '../test/mocked-app.js';

// Apart from msw: both replace the same parts of Node.
describe('a mock that the documentation names', () => {
  beforeAll(() => nock.disableNetConnect());
  afterAll(() => nock.restore());

  it.each(['http', 'fetch'])(
    'nock sees the texts of an app with the adapter %s of axios',
    async (adapter) => {
      nock(TENCENT)
        .post('/')
        .reply(200, (_uri, body) => answer(body));
      expect((await send({ http: create({ adapter }) })).status).toBe('accepted');
      expect(nock.isDone()).toBe(true);
    },
  );
});
