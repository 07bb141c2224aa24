// Only compiled, never run: what must compile, and what must not.
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type {
  SmsAnyTemplate,
  SmsParamValue,
  SmsRawTemplate,
  SmsTemplate,
  SmsTemplateInput,
  SmsTemplateParams,
} from 'nestjs-tencentcloud-sms';

/** A send as the service types it. */
declare function send<Template extends SmsAnyTemplate>(
  template: Template,
  input: { to: string } & SmsTemplateInput<Template>,
): void;

type Same<A, B> = [A, B] extends [B, A] ? true : false;
declare function expectSame<A, B>(same: Same<A, B>): void;

const to = '+8613711112222';

const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});
type LoginParams = SmsTemplateParams<typeof LoginCode>;
expectSame<LoginParams, { readonly code: SmsParamValue; readonly minutes: SmsParamValue }>(true);

send(LoginCode, { to, params: { code: '042137', minutes: 5 } });
LoginCode.preview({ code: '042137', minutes: 5 });
LoginCode.preview({ code: '042137', minutes: 5 }, { signName: '腾讯云', market: 'international' });
// @ts-expect-error minutes is missing
send(LoginCode, { to, params: { code: '042137' } });
// @ts-expect-error misspelt
send(LoginCode, { to, params: { code: '042137', minuts: 5 } });
// @ts-expect-error surplus
send(LoginCode, { to, params: { code: '042137', minutes: 5, name: 'x' } });
// @ts-expect-error named, so no list
send(LoginCode, { to, params: ['042137', 5] });
// @ts-expect-error a value is a text or a number
send(LoginCode, { to, params: { code: '042137', minutes: true } });
// @ts-expect-error a value is given
send(LoginCode, { to, params: { code: undefined, minutes: 5 } });
// @ts-expect-error params are required
send(LoginCode, { to });
// @ts-expect-error params are required
LoginCode.preview();
// @ts-expect-error misspelt
LoginCode.preview({ code: '042137', minuts: 5 });
// @ts-expect-error no such market
LoginCode.preview({ code: '042137', minutes: 5 }, { market: 'europe' });

const Plain = smsTemplate({ id: '1', kind: 'verification', text: '验证码{1}，{2}分钟内有效。' });
expectSame<SmsTemplateParams<typeof Plain>, readonly [SmsParamValue, SmsParamValue]>(true);
send(Plain, { to, params: ['666', 5] });
// @ts-expect-error one too few
send(Plain, { to, params: ['666'] });
// @ts-expect-error one too many
send(Plain, { to, params: ['666', 5, 6] });
// @ts-expect-error positional, so no object
send(Plain, { to, params: { 1: '666', 2: 5 } });
// @ts-expect-error a list of unknown length
send(Plain, { to, params: ['666', '5'].map(String) });

const Welcome = smsTemplate({ id: '2', kind: 'notification', text: '欢迎加入。' });
expectSame<SmsTemplateParams<typeof Welcome>, readonly []>(true);
send(Welcome, { to });
send(Welcome, { to, params: [] });
Welcome.preview();
Welcome.preview([], { signName: '腾讯云' });
// @ts-expect-error there is nothing to fill in
send(Welcome, { to, params: ['666'] });
// @ts-expect-error there is nothing to fill in
send(Welcome, { to, params: { code: '666' } });

// @ts-expect-error both forms in one text
smsTemplate({ id: '3', kind: 'notification', text: '{name:1}您好，{2}已发货。' });
// @ts-expect-error no such kind
smsTemplate({ id: '4', kind: 'advert', text: '欢迎加入。' });
// @ts-expect-error the id is a text
smsTemplate({ id: 5, kind: 'notification', text: '欢迎加入。' });

// A text that the compiler doesn't know takes anything; it is checked when it is sent.
declare const unknownText: string;
const Loose = smsTemplate({ id: '6', kind: 'notification', text: unknownText });
send(Loose, { to });
send(Loose, { to, params: ['666'] });
send(Loose, { to, params: { code: '666' } });
// @ts-expect-error a value is a text or a number all the same
send(Loose, { to, params: { code: null } });

const raw: SmsRawTemplate = { templateId: '449739', params: ['666', '5'] };
send(raw, { to });
send({ templateId: '449739' }, { to });
send({ templateId: '449739', params: ['666', 5] }, { to });
// @ts-expect-error a raw template brings its parameters
send(raw, { to, params: ['666', '5'] });
// @ts-expect-error values go by position
send({ templateId: '449739', params: { code: '666' } }, { to });
// @ts-expect-error neither a template nor a raw one
send({ id: '449739' }, { to });

// Every template is one of any parameters, so lists of them can be kept.
const all: readonly SmsTemplate[] = [LoginCode, Plain, Welcome, Loose];
export const names = all.map(({ placeholders }) => placeholders);

// Written down by hand, as the parameter of a function.
export function sendCode(template: SmsTemplate<{ code: SmsParamValue }>, code: string): void {
  send(template, { to, params: { code } });
  // @ts-expect-error misspelt
  send(template, { to, params: { cod: code } });
}

// As long as a text can be, and with more placeholders than any template needs.
const Long = smsTemplate({
  id: '7',
  kind: 'notification',
  text: '尊敬的{name:1}您好，您于{day:2}在本店订购的商品已经由仓库发出，承运公司为{carrier:3}，运单号码为{waybill:4}，预计将在{arrival:5}之前送达您所填写的收货地址，请您保持电话畅通，以便派送人员与您取得联系。如果您在签收之前需要更改收货地址或者收货时间，请在{deadline:6}之前联系我们的客服人员，服务时间为每日早上八点至晚上十点，我们会尽快为您处理。请您在签收商品之前当面检查外包装是否完好，如有破损或者短少，请您拒绝签收并且第一时间与我们联系。本次订单的金额为{amount:7}元，您已经获得的积分为{points:8}分，积分可以在下一次购物的时候抵扣相应的金额，有效期至{expiry:9}为止，逾期将会自动清零，请您及时使用。感谢您长期以来对本店的支持与信任，我们将会一如既往地为您提供优质的商品与贴心的服务，祝您生活愉快，工作顺利，身体健康，万事如意。如果您对本次购物的体验有任何的意见或者建议，欢迎您随时向我们反馈，我们会认真听取并且不断地改进。您的专属客服人员为{agent:10}，感谢您的耐心阅读，期待您的再次光临，祝您与家人平安喜乐，阖家幸福，再会。',
});
expectSame<
  keyof SmsTemplateParams<typeof Long>,
  | 'name'
  | 'day'
  | 'carrier'
  | 'waybill'
  | 'arrival'
  | 'deadline'
  | 'amount'
  | 'points'
  | 'expiry'
  | 'agent'
>(true);
