/* oxlint-disable no-await-in-loop -- pages follow each other */
import type { PullSmsSendStatus, SendRecord } from '../../api/statuses.js';
import { SmsError } from '../../errors/sms.error.js';
import type { SmsService } from '../../sms.service.js';
import type { SmsDeliveryReport } from '../store/delivery.store.js';
import type { TextRecord } from './match-records.js';
import { toRecords, toReport, toReportRecord } from './read-records.js';

/** What Tencent has on the texts to a number. */
export interface LookupResult {
  readonly records: readonly TextRecord[];
  /** Reports that name the text themselves: by its serial number, and by its context where there is one. */
  readonly reports: readonly SmsDeliveryReport[];
  /** Whether texts without a report are among them, and those that were refused. */
  readonly isComplete: boolean;
}

/** What a look-up needs of the module. */
export interface LookupContext {
  /** Waits for the next place among all look-ups of the account, over all processes. */
  takeTurn(account: string | undefined): Promise<void>;
  /** Said once: the account may not list records. */
  onRecordsDenied(account: string | undefined, code: string): void;
}

const PAGE = 50;
/** Tencent cuts the list off there. */
const MAX_RECORDS = 1000;
const REPORTS_PAGE = 100;
/** Tencent keeps records for so long, and reports for longer; less a minute, by which clocks differ. */
const RECORDS_MS = 72 * 3_600_000 - 60_000;
const REPORTS_MS = 7 * 24 * 3_600_000 - 60_000;
const DENIED_AGAIN_MS = 3_600_000;
const DENIALS =
  /^(?:InvalidAction|UnauthorizedOperation|UnsupportedOperation|AuthFailure\.UnauthorizedOperation)\b/;

/** Asks Tencent what it has on the texts of one account to a number. */
export class RecordLookup {
  private deniedUntil: number | undefined;

  constructor(
    private readonly service: SmsService,
    private readonly account: string | undefined,
    private readonly context: LookupContext,
  ) {}

  /** The account's time as Tencent has it: milliseconds since 1970. */
  now(): number {
    return this.service.now().getTime() + this.service.clockOffsetMs();
  }

  /**
   * The records of texts that were sent from that moment on; their reports alone where the account may
   * not list records.
   *
   * @throws SmsError when Tencent can't be asked.
   */
  async find(to: string, sdkAppId: string | undefined, from: number): Promise<LookupResult> {
    if (this.deniedUntil === undefined || this.now() >= this.deniedUntil) {
      try {
        return await this.listRecords(to, sdkAppId, from);
      } catch (error) {
        if (!(error instanceof SmsError) || !DENIALS.test(error.code)) {
          throw error;
        }
        if (this.deniedUntil === undefined) {
          this.context.onRecordsDenied(this.account, error.code);
        }
        this.deniedUntil = this.now() + DENIED_AGAIN_MS;
      }
    }
    const reports = await this.pullReports(to, sdkAppId, from);
    return {
      records: reports.map(toReportRecord),
      reports: reports.map((status) => toReport(status)),
      isComplete: false,
    };
  }

  /**
   * The reports of texts to a number that came from that moment on.
   *
   * @throws SmsError when Tencent can't be asked.
   */
  async findReports(
    to: string,
    sdkAppId: string | undefined,
    from: number,
  ): Promise<SmsDeliveryReport[]> {
    return (await this.pullReports(to, sdkAppId, from)).map((status) => toReport(status));
  }

  private async listRecords(
    to: string,
    sdkAppId: string | undefined,
    from: number,
  ): Promise<LookupResult> {
    const begin = Math.max(from, this.now() - RECORDS_MS);
    const found: SendRecord[] = [];
    let total = 0;
    do {
      await this.context.takeTurn(this.account);
      const { SendRecordSet, TotalCount } = await this.service.describeSendRecordList({
        ...appOf(sdkAppId),
        PhoneNumber: to,
        BeginTime: toSeconds(begin),
        Limit: PAGE,
        Offset: found.length,
      });
      found.push(...SendRecordSet);
      total = SendRecordSet.length < PAGE ? 0 : Math.min(TotalCount, MAX_RECORDS);
    } while (found.length < total);
    return { ...toRecords(found), isComplete: true };
  }

  private async pullReports(
    to: string,
    sdkAppId: string | undefined,
    from: number,
  ): Promise<PullSmsSendStatus[]> {
    await this.context.takeTurn(this.account);
    const { PullSmsSendStatusSet } = await this.service.pullSmsSendStatusByPhoneNumber({
      ...appOf(sdkAppId),
      PhoneNumber: to,
      BeginTime: toSeconds(Math.max(from, this.now() - REPORTS_MS)),
      Offset: 0,
      Limit: REPORTS_PAGE,
    });
    return PullSmsSendStatusSet;
  }
}

function appOf(sdkAppId: string | undefined): { SmsSdkAppId?: string } {
  return sdkAppId === undefined ? {} : { SmsSdkAppId: sdkAppId };
}

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
