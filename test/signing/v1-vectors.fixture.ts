// Vectors of the legacy signature method: the published example, and a SendSms by the official SDK's own code.
// The key is an example from the documentation.
import type { SmsV1Input } from '../../lib/signing/v1-signature.js';

/** A request with everything that is computed on the way to its signature. */
export interface V1Vector {
  name: string;
  secretId: string;
  input: SmsV1Input;
  stringToSign: string;
  signature: string;
  /** Query string or form as sent, in the order of `input.params`, the signature last. */
  encoded: string;
}

const SECRET_ID = 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE';
const SECRET_KEY = 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE';

export const V1_VECTORS: readonly V1Vector[] = [
  {
    name: 'v1-01: the published example, a GET with HmacSHA1',
    secretId: SECRET_ID,
    input: {
      method: 'GET',
      host: 'cvm.tencentcloudapi.com',
      signatureMethod: 'HmacSHA1',
      secretKey: SECRET_KEY,
      params: {
        Action: 'DescribeInstances',
        'InstanceIds.0': 'ins-09dx96dg',
        Limit: 20,
        Nonce: 11886,
        Offset: 0,
        Region: 'ap-guangzhou',
        SecretId: SECRET_ID,
        Timestamp: 1465185768,
        Version: '2017-03-12',
      },
    },
    stringToSign:
      'GETcvm.tencentcloudapi.com/?Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Limit=20&Nonce=11886&Offset=0&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&Timestamp=1465185768&Version=2017-03-12',
    signature: 'EliP9YW3pW28FpsEdkXt/+WcGeI=',
    encoded:
      'Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Limit=20&Nonce=11886&Offset=0&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&Timestamp=1465185768&Version=2017-03-12&Signature=EliP9YW3pW28FpsEdkXt%2F%2BWcGeI%3D',
  },
  {
    name: 'v1-02: SendSms as a form with HmacSHA256; Chinese is raw where it is signed, encoded where it is sent',
    secretId: SECRET_ID,
    input: {
      method: 'POST',
      host: 'sms.tencentcloudapi.com',
      signatureMethod: 'HmacSHA256',
      secretKey: SECRET_KEY,
      params: {
        Action: 'SendSms',
        Version: '2021-01-11',
        Region: 'ap-guangzhou',
        Timestamp: 1767225600,
        Nonce: 11886,
        SecretId: SECRET_ID,
        SignatureMethod: 'HmacSHA256',
        'PhoneNumberSet.0': '+8613800138000',
        SmsSdkAppId: '1400006666',
        SignName: '示例签名',
        TemplateId: '1234567',
        'TemplateParamSet.0': '483920',
        'TemplateParamSet.1': '5',
      },
    },
    stringToSign:
      'POSTsms.tencentcloudapi.com/?Action=SendSms&Nonce=11886&PhoneNumberSet.0=+8613800138000&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&SignName=示例签名&SignatureMethod=HmacSHA256&SmsSdkAppId=1400006666&TemplateId=1234567&TemplateParamSet.0=483920&TemplateParamSet.1=5&Timestamp=1767225600&Version=2021-01-11',
    signature: 'XSuR8B/vd+32aGsVO85ZBPiUXqpwNU2gD0Yvawd2GcU=',
    encoded:
      'Action=SendSms&Version=2021-01-11&Region=ap-guangzhou&Timestamp=1767225600&Nonce=11886&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&SignatureMethod=HmacSHA256&PhoneNumberSet.0=%2B8613800138000&SmsSdkAppId=1400006666&SignName=%E7%A4%BA%E4%BE%8B%E7%AD%BE%E5%90%8D&TemplateId=1234567&TemplateParamSet.0=483920&TemplateParamSet.1=5&Signature=XSuR8B%2Fvd%2B32aGsVO85ZBPiUXqpwNU2gD0Yvawd2GcU%3D',
  },
];
