import { describe, expect, it } from '@jest/globals';
import { ACTION_SHAPES, isSmsAction, SMS_ACTIONS } from '../../lib/api/actions.js';
import type { MemberShape, ObjectShape } from '../../lib/api/shapes.js';
import { SCHEMA } from './schema.fixture.js';

const NAMES = [
  'SendSms',
  'SendMultiGlobalSms',
  'PullSmsSendStatus',
  'PullSmsSendStatusByPhoneNumber',
  'DescribeSendRecordList',
  'ReportConversion',
  'PullSmsReplyStatus',
  'PullSmsReplyStatusByPhoneNumber',
  'AddSmsSign',
  'ModifySmsSign',
  'DeleteSmsSign',
  'DescribeSmsSignList',
  'AddSmsTemplate',
  'ModifySmsTemplate',
  'DeleteSmsTemplate',
  'DescribeSmsTemplateList',
  'SendStatusStatistics',
  'CallbackStatusStatistics',
  'SmsPackagesStatistics',
  'DescribePhoneNumberInfo',
];

describe('SMS_ACTIONS', () => {
  it('names the twenty actions of the API', () => {
    expect(SMS_ACTIONS).toStrictEqual(NAMES);
  });

  it('can not be changed', () => {
    expect(Object.isFrozen(SMS_ACTIONS)).toBe(true);
  });
});

describe('isSmsAction', () => {
  it.each(NAMES)('accepts %s', (name) => {
    expect(isSmsAction(name)).toBe(true);
  });

  it.each([
    'constructor',
    '__proto__',
    'hasOwnProperty',
    'toString',
    'sendSms',
    'sendsms',
    'SENDSMS',
    ' SendSms',
    'SendSms ',
    'SendSms\0',
    '',
    'DescribeInstances',
    undefined,
    null,
    0,
    ['SendSms'],
    { toString: () => 'SendSms' },
  ])('refuses %p', (word) => {
    expect(isSmsAction(word)).toBe(false);
  });
});

describe('ACTION_SHAPES', () => {
  it("has every action of Tencent's schema and no other", () => {
    expect(new Set(Object.keys(ACTION_SHAPES))).toStrictEqual(new Set(Object.keys(SCHEMA)));
  });

  it.each(SMS_ACTIONS)(
    'has the members of a %s request: their types and which are required',
    (action) => {
      expect(describeMembers(ACTION_SHAPES[action].request)).toBe(SCHEMA[action]?.request);
    },
  );

  it.each(SMS_ACTIONS)('has the members of a %s answer', (action) => {
    expect(describeMembers(ACTION_SHAPES[action].response)).toBe(SCHEMA[action]?.response);
  });
});

/** Writes a shape down in the words of the schema fixture. */
function describeMembers(shape: ObjectShape): string {
  return Object.entries(shape)
    .map(([name, member]) => name + describeMember(member))
    .join(' ');
}

function describeMember(member: MemberShape): string {
  if (typeof member !== 'string') {
    const [list, item] = isList(member) ? ['*', member[0]] : ['', member];
    return `${list}( ${describeMembers(item)} )`;
  }
  return member.replace('string', '').replace('integer', '#').replace('[]', '*');
}

function isList(member: MemberShape): member is readonly [ObjectShape] {
  return Array.isArray(member);
}
