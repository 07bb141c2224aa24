import { BadRequestException, Injectable } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import * as v from 'valibot';

/** Lets only what fits the schema into a handler; everything else gets a 400 that names the fields. */
@Injectable()
export class SchemaPipe<Schema extends v.GenericSchema> implements PipeTransform {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown): v.InferOutput<Schema> {
    const result = v.safeParse(this.schema, value);
    if (!result.success) {
      throw new BadRequestException(
        result.issues.map((issue) => `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`),
      );
    }
    return result.output;
  }
}
