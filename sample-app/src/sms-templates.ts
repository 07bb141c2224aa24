import { smsTemplate } from 'nestjs-tencentcloud-sms';

/** Tencent's sample template. */
export const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});

/** What a campaign says. */
export const Opening = smsTemplate({
  id: '1110',
  kind: 'notification',
  text: '{shop:1}今日开业，欢迎光临。',
});

/** Says that an order is on its way. */
export const OrderShipped = smsTemplate({
  id: '449740',
  kind: 'notification',
  text: '您的订单{order:1}已发货，请留意查收。',
});
