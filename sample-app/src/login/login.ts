import { smsVerification } from 'nestjs-tencentcloud-sms/verification';
import { LoginCode } from '../sms-templates.js';

/** Codes that sign in, and do nothing else. */
export const Login = smsVerification({ purpose: 'login', template: LoginCode, ttl: '5m' });
