// What the sandbox simulates, in the words of the drivers: the sandbox itself knows only the providers.

/** A gateway of the sandbox. */
export type Simulated = "midtrans" | "xfers" | "singapay";

/** An option of the driver that holds a key. */
interface KeyOption {
  /** The credential of the sandbox. */
  readonly credential: string;
  /** The environment variable that the documentation of the driver uses. */
  readonly variable: string;
  /** Whether the option is a list. */
  readonly isList?: true;
}

interface SimulatedGateway {
  /** Behind the URL of the sandbox, for the option `baseUrl` of the driver. */
  readonly basePath: string;
  /** By the name of the option. */
  readonly keys: Readonly<Record<string, KeyOption>>;
}

/** In the order of their ports. */
export const SIMULATED: Readonly<Record<Simulated, SimulatedGateway>> = {
  midtrans: { basePath: "", keys: { serverKey: { credential: "serverKey", variable: "MIDTRANS_SERVER_KEY" } } },
  xfers: {
    // The version is part of it, as at the provider.
    basePath: "/api/v4",
    keys: {
      apiKey: { credential: "apiKey", variable: "XFERS_API_KEY" },
      secretKey: { credential: "secretKey", variable: "XFERS_SECRET_KEY" },
      signingSecrets: { credential: "signingSecret", variable: "XFERS_SIGNING_SECRET", isList: true },
    },
  },
  singapay: {
    basePath: "",
    keys: {
      clientId: { credential: "clientId", variable: "SINGAPAY_CLIENT_ID" },
      clientSecret: { credential: "clientSecret", variable: "SINGAPAY_CLIENT_SECRET" },
      apiKey: { credential: "apiKey", variable: "SINGAPAY_API_KEY" },
      accountId: { credential: "accountId", variable: "SINGAPAY_ACCOUNT_ID" },
      // Webhooks are signed with the client secret.
      webhookSecrets: { credential: "clientSecret", variable: "SINGAPAY_CLIENT_SECRET", isList: true },
    },
  },
};

/** Their names, in the order of their ports. */
export const SIMULATED_NAMES: readonly Simulated[] = Object.keys(SIMULATED) as Simulated[];

/** Whether the sandbox simulates the gateway of this driver. */
export const isSimulated = (driver: unknown): driver is Simulated => SIMULATED_NAMES.some((name) => name === driver);
