import { Module } from '@nestjs/common';
import { SmsModule } from 'nestjs-tencentcloud-sms';
import { LoginCodes } from './login-codes.js';

@Module({
  imports: [
    SmsModule.forRoot({
      credentials: { secretId: 'any', secretKey: 'any-key' },
      sdkAppId: '1400006666',
      signName: '腾讯云',
    }),
  ],
  providers: [LoginCodes],
})
export class AppModule {}
