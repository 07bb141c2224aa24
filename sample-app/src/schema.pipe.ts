import { HttpException, HttpStatus, Injectable } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import * as v from 'valibot';

/** What is wrong with a field, in the two languages of the app. */
export interface SchemaIssue {
  readonly field: string;
  readonly en: string;
  readonly zh: string;
}

/** A body, a query or a file that does not fit. */
export class SchemaException extends HttpException {
  constructor(
    readonly issues: readonly SchemaIssue[],
    status: number = HttpStatus.BAD_REQUEST,
  ) {
    super(issues.map(({ field, en }) => `${field}: ${en}`).join(' '), status);
  }
}

/** The message of a schema in both languages, as one text. */
export function inBoth(en: string, zh: string): string {
  return `${en}\n${zh}`;
}

/** Lets only what fits the schema into a handler; everything else gets a 400 that names the fields. */
@Injectable()
export class SchemaPipe<Schema extends v.GenericSchema> implements PipeTransform {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown): v.InferOutput<Schema> {
    const result = v.safeParse(this.schema, value);
    if (!result.success) {
      throw new SchemaException(result.issues.map(toIssue));
    }
    return result.output;
  }
}

function toIssue(issue: v.BaseIssue<unknown>): SchemaIssue {
  const [en = '', zh = '不合要求，请更正。'] = issue.message.split('\n');
  return { field: v.getDotPath(issue) ?? 'body', en, zh };
}
