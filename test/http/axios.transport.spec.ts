import { AxiosTransport } from 'nestjs-tencentcloud-sms';
import { describeTransportContract } from '../support/transport-contract.js';

describeTransportContract('AxiosTransport', (options) => new AxiosTransport(options));
