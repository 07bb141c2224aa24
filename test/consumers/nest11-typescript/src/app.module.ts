import { DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TerminusModule } from '@nestjs/terminus';
import { SmsModule, SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { smsConfig } from 'nestjs-tencentcloud-sms/config';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { CodesController } from './codes.controller';
import { LoginCodes } from './login-codes';

@Module({})
export class AppModule {
  static of(options: SmsModuleOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({ ignoreEnvFile: true }),
        SmsModule.forRoot(options),
        SmsModule.forRootAsync({ ...smsConfig.asProvider(), name: 'configured' }),
        TerminusModule,
      ],
      controllers: [CodesController],
      providers: [LoginCodes, SmsHealthIndicator],
    };
  }
}
