/** What became of a notice when it was asked for; what becomes of its text is in the list of all. */
export type OrderNotice = 'sent' | 'queued' | 'known';

/**
 * Tells customers that their order is on its way: at once in this process, or on the queue, where a notice
 * outlives it and goes out once, however often it is asked for.
 */
export abstract class OrderNotices {
  /**
   * @param to in E.164
   * @throws TooManyException when the number got a text within the last minute; what the send throws.
   */
  abstract shipped(order: string, to: string): Promise<OrderNotice>;
}
