import type { Attributes, Meter } from '@opentelemetry/api';
import { isKnownReceipt } from '../api/receipt-codes.js';
import { deliveryChannel, reportChannel, settledChannel } from '../delivery/delivery-channel.js';
import type {
  SmsDeliveryTrace,
  SmsReportTrace,
  SmsSettledTrace,
} from '../delivery/delivery-channel.js';
import { describeAccount } from './attributes.js';
import { listen } from './subscription.js';

/** Seconds: from a text that arrives at once to the end of what carriers try. */
const BOUNDARIES = [1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600, 21_600, 86_400, 259_200];

/** Counts reports as they come, and measures how long texts take to their end. */
export function measureDeliveries(meter: Meter): () => void {
  const reports = meter.createCounter('sms.delivery.reports', {
    description: 'Reports that came, repeated and foreign ones included.',
    unit: '{report}',
  });
  const duration = meter.createHistogram('sms.delivery.duration', {
    description: 'From the send of a text to the moment that its report names.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  const settlements = meter.createCounter('sms.delivery.settlements', {
    description: 'Verdicts on texts whose outcome was open, corrected ones included.',
    unit: '{message}',
  });
  const stops = [
    listen(settledChannel, ({ verdict, certainty, corrected, account }: SmsSettledTrace) => {
      settlements.add(1, {
        'sms.delivery.verdict': verdict,
        'sms.delivery.certainty': certainty,
        'sms.delivery.corrected': corrected,
        ...describeAccount(account),
      });
    }),
    listen(reportChannel, (trace: SmsReportTrace) => {
      reports.add(1, describe(trace));
    }),
    listen(deliveryChannel, (trace: SmsDeliveryTrace) => {
      if (trace.sinceSentMs !== undefined) {
        const labels = { ...describe(trace), ...describeAccount(trace.account) };
        duration.record(trace.sinceSentMs / 1000, labels);
      }
    }),
  ];
  return () => {
    stops.forEach((stop) => {
      stop();
    });
  };
}

function describe({ state, code, source }: SmsReportTrace | SmsDeliveryTrace): Attributes {
  return {
    'sms.delivery.state': state,
    // Carriers have thousands, and callbacks are not signed.
    'sms.delivery.code': isKnownReceipt(code) ? code : '_OTHER',
    'sms.delivery.source': source,
  };
}
