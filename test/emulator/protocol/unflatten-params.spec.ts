import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { membersOf, SMS_ACTIONS } from '../../../lib/api/actions.js';
import type { Member, Members } from '../../../lib/api/shapes.js';
import { encodeParams, flattenParams } from '../../../lib/signing/flatten-params.js';
import { decodeParams, unflattenParams } from '../../../lib/emulator/protocol/unflatten-params.js';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const scalars: Record<'string' | 'integer', fc.Arbitrary<unknown>> = {
  string: text,
  integer: fc.nat(),
};

/** Requests with these members; lists have at least one item, since an empty one leaves no trace. */
function requestsOf(members: Members): fc.Arbitrary<unknown> {
  const values: Record<string, fc.Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const [name, member] of members) {
    values[name] = valuesOf(member);
    if (!member.isOptional) {
      required.push(name);
    }
  }
  return fc.record(values, { requiredKeys: required });
}

function valuesOf(member: Member): fc.Arbitrary<unknown> {
  const value = member.kind === 'object' ? requestsOf(member.members) : scalars[member.kind];
  return member.isList ? fc.array(value, { minLength: 1, maxLength: 12 }) : value;
}

const PHONES = membersOf('SendSms', 'request');
const MULTI = membersOf('SendMultiGlobalSms', 'request');

/** What becomes of pairs: a request, or the name of the error. */
function outcomeOf(pairs: [string, string][]): string {
  try {
    return typeof unflattenParams(MULTI, pairs);
  } catch (error) {
    return (error as Error).name;
  }
}

describe('unflattenParams', () => {
  it.each(SMS_ACTIONS.map((action) => [action]))(
    'gives back what %s was flattened from',
    (action) => {
      const members = membersOf(action, 'request');
      fc.assert(
        fc.property(requestsOf(members), (request) => {
          const encoded = encodeParams(flattenParams(request as object));
          expect(unflattenParams(members, decodeParams(encoded))).toEqual(
            // Scalars come through as they are; fast-check's null prototypes do not.
            JSON.parse(JSON.stringify(request)),
          );
        }),
        { numRuns: 50 },
      );
    },
  );

  it('never does anything but answer or refuse, whatever the names are', () => {
    const step = fc.oneof(
      fc.constantFrom(
        'PhoneNumberSet',
        'MultiSmsInfoSet',
        '0',
        '1',
        '__proto__',
        'constructor',
        '',
      ),
      fc.string({ maxLength: 5 }),
    );
    const name = fc.array(step, { minLength: 1, maxLength: 6 }).map((steps) => steps.join('.'));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
        expect(outcomeOf(pairs)).toMatch(/^(object|ApiError)$/);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });

  it.each([
    ['a huge index', 'PhoneNumberSet.4294967294', 'InvalidParameter'],
    ['a gap', 'PhoneNumberSet.1', 'InvalidParameter'],
    ['a name that is no index', 'PhoneNumberSet.first', 'InvalidParameter'],
    ['an index with a leading zero', 'PhoneNumberSet.00', 'InvalidParameter'],
    ['an unknown member', 'PhoneNumbers.0', 'UnknownParameter'],
    ['the prototype', '__proto__.polluted', 'UnknownParameter'],
    ['a prototype as an index', 'PhoneNumberSet.__proto__', 'InvalidParameter'],
    ['a name that is too deep', 'PhoneNumberSet.0.0.0.0.0.0', 'UnknownParameter'],
  ])('refuses %s', (_, name, code) => {
    expect(() => unflattenParams(PHONES, [[name, 'x']])).toThrow(expect.objectContaining({ code }));
  });

  it('reads a plus and %20 as the same blank', () => {
    expect(decodeParams('a=x+y&b=x%20y&c=%2B')).toEqual([
      ['a', 'x y'],
      ['b', 'x y'],
      ['c', '+'],
    ]);
  });
});
