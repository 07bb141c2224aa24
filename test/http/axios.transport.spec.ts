import axios from 'axios';
import { AxiosTransport } from 'nestjs-tencentcloud-sms';
import { describeTransportContract } from '../support/transport-contract.js';

describeTransportContract('AxiosTransport', (options) => new AxiosTransport(options));

describeTransportContract(
  'AxiosTransport with options for axios',
  (options) => new AxiosTransport({ ...options, http: {} }),
);

describeTransportContract(
  'AxiosTransport with an axios instance',
  (options) => new AxiosTransport({ ...options, http: axios.create() }),
);
