/** A webhook as it arrived. A body that is an object was parsed before. */
export interface ReceivedRequest {
  readonly method: string;
  /** The URL, or its path and query; absent if the source does not name it. */
  readonly url?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | object;
}
