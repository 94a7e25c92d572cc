import nock from "nock";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** The exact bytes, as text. */
  readonly body: string;
}

export interface MockReply {
  readonly status?: number;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The HTTP mock of one test file: replies to return, received requests. An unexpected request fails the test. */
export interface MockHttp {
  /** Returns one reply to the next request of this method and path. */
  reply(method: string, path: string, reply: MockReply): void;
  /**
   * Returns the same reply to every other request of this method and path. No such request is required, and they are
   * not among those sent.
   */
  always(method: string, path: string, reply: MockReply): void;
  /** Makes the next request of this method and path fail. */
  fail(method: string, path: string, error: Error): void;
  /** All requests since the test began. */
  readonly sent: readonly SentRequest[];
  /** Ends a test, or one row of it: checks that every reply was requested, and nothing else. Called after each test. */
  readonly finish: () => void;
}

export const mockHttp = (baseUrl: string): MockHttp => {
  const sent: SentRequest[] = [];
  const unmatched: string[] = [];
  const expected = new Set<string>();
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
    nock.emitter.removeAllListeners("no match").on("no match", (request: { url?: string; path?: string }) => {
      unmatched.push(String(request.url ?? request.path));
    });
  });
  const finish = (): void => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    sent.length = 0;
    expected.clear();
    expect({ pending, unmatched: unmatched.splice(0) }).toEqual({ pending: [], unmatched: [] });
  };
  afterEach(finish);
  afterAll(() => nock.restore());

  return {
    sent,
    finish,
    reply: (method, path, { status = 200, body = "", headers }) => {
      expected.add(`${method} ${path}`);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const type = typeof body === "string" ? {} : { "content-type": "application/json" };
      nock(baseUrl)
        .intercept(path, method)
        .reply(async (request: Request) => {
          const { pathname, search } = new URL(request.url);
          sent.push({ method, path: pathname + search, headers: request.headers, body: await request.text() });
          return [status, text, { ...type, ...headers }];
        });
    },
    always: (method, path, { status = 200, body = "" }) => {
      const type = typeof body === "string" ? {} : { "content-type": "application/json" };
      const wanted = new URL(baseUrl + path);
      nock(baseUrl)
        .persist()
        .intercept((uri) => uri === wanted.pathname + wanted.search && !expected.has(`${method} ${path}`), method)
        .optionally()
        .reply(status, typeof body === "string" ? body : JSON.stringify(body), type);
    },
    fail: (method, path, error) => {
      expected.add(`${method} ${path}`);
      nock(baseUrl).intercept(path, method).replyWithError(error);
    },
  };
};
