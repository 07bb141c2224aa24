import { chooseLanguage } from './choose-language.js';
import type { TextLanguage } from './choose-language.js';

/** What GraphQL servers make an answer of: they take over the message and `extensions`. */
class GraphqlError extends Error {
  override readonly name = 'GraphQLError';

  constructor(
    message: string,
    readonly extensions: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    // Apollo gives the stack to clients unless NODE_ENV is production.
    this.stack = `${this.name}: ${message}`;
  }
}

/** An error that a resolver may throw: its client reads all of it. */
export function toGraphqlError({ message, ...extensions }: { readonly message: string }): Error {
  return new GraphqlError(message, extensions);
}

/**
 * The language that a client of GraphQL asked for, as far as the context tells: it has the request as
 * `req` (Apollo), `request`, or behind `reply` (Mercurius), and none for subscriptions.
 *
 * @param args what a resolver is called with: the parent, the arguments, the context and more
 */
export function graphqlLanguage(args: readonly unknown[]): TextLanguage {
  const { req, request, reply } = Object(args[2]) as {
    req?: unknown;
    request?: unknown;
    reply?: { request?: unknown };
  };
  const { headers } = Object(req ?? request ?? reply?.request) as { headers?: unknown };
  return chooseLanguage((Object(headers) as Record<string, unknown>)['accept-language']);
}
