import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { SmsApiError, describeSmsError } from 'nestjs-tencentcloud-sms';
import { statusOf } from '../../lib/filters/error-status.js';
import { DOCUMENTED } from '../errors/documented-codes.fixture.js';

/** What a family is answered with, and who must act, each in the order of the alphabet. */
type Table = Record<string, { statuses: string[]; owners: string[] }>;

const NEW_CODES = [
  'AuthFailure.New',
  'FailedOperation.New',
  'InternalError.New',
  'InvalidParameter.New',
  'LimitExceeded.New',
  'MissingParameter.New',
  'RequestLimitExceeded.New',
  'UnauthorizedOperation.New',
  'UnsupportedOperation.New',
];

function trueTable(): Table {
  const codes = [...DOCUMENTED.flatMap(([, , documented]) => documented), ...NEW_CODES];
  const rows = codes.map((code): [string, string, string] => {
    const { family, owner } = describeSmsError(code);
    const status = statusOf(new SmsApiError('SendSms', { code, message: '' }));
    return [family, String(status), owner];
  });
  return Object.fromEntries(
    rows.map(([family]) => {
      const own = rows.filter(([each]) => each === family);
      return [
        family,
        tableRow(
          own.map(([, status]) => status),
          own.map(([, , owner]) => owner),
        ),
      ];
    }),
  );
}

function tableIn(file: string, people: Readonly<Record<string, string>>): Table {
  const rows = readFileSync(file, 'utf8').matchAll(
    /^\| `([a-z-]+)` +\| ([^|]*\b[45]\d\d\b[^|]*)\| ([^|]+)\|$/gm,
  );
  return Object.fromEntries(
    [...rows].map(([, family = '', statuses = '', owners = '']) => [
      family,
      tableRow(
        statuses.match(/\b[45]\d\d\b/g) ?? [],
        owners
          .trim()
          .split(/[,、] ?/)
          .map((person) => people[person] ?? person),
      ),
    ]),
  );
}

function tableRow(statuses: readonly string[], owners: readonly string[]): Table[string] {
  return {
    statuses: [...new Set(statuses)].toSorted(),
    owners: [...new Set(owners)].toSorted(),
  };
}

it.each([
  ['docs/errors.md', { Tencent: 'tencent' }],
  [
    'docs/zh/errors.md',
    { 调用方: 'caller', 开发者: 'developer', 运维: 'operator', 腾讯云: 'tencent' },
  ],
] as [string, Record<string, string>][])(
  '%s tells the statuses of every family and who acts, as they are',
  (file, people) => {
    expect(tableIn(file, people)).toEqual(trueTable());
  },
);
