/** A request of a gateway, as it arrived. */
export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The preparations of the test for a run. They are plain JSON, because it goes to another process. */
export interface Input {
  /** Distinguishes the links of this run at the gateways. */
  readonly run: string;
  readonly gateways: {
    readonly midtrans: { readonly baseUrl: string; readonly serverKey: string };
    readonly xfers: {
      readonly baseUrl: string;
      readonly apiKey: string;
      readonly secretKey: string;
      readonly signingSecrets: readonly string[];
    };
    readonly singapay: {
      readonly baseUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly apiKey: string;
      readonly accountId: string;
    };
  };
  /** The report of a payment by each gateway. */
  readonly deliveries: Readonly<Record<"midtrans" | "xfers" | "singapay", Delivery>>;
  /** A server that breaks connections, redirects, and more. */
  readonly oddServerUrl: string;
  /** A port on which nothing listens. */
  readonly closedUrl: string;
}
