import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { createProject, type Project } from "./project.ts";

/** The configuration of a project whose gateways are at a sandbox, and its secrets. */
export const filesOf = ({ midtrans, xfers, singapay }: Sandbox) => ({
  "tautan.config.json": {
    default: "midtrans",
    gateways: {
      midtrans: {
        driver: "midtrans",
        environment: "sandbox",
        baseUrl: midtrans.url,
        serverKey: { env: "MIDTRANS_KEY" },
      },
      xfers: {
        driver: "xfers",
        environment: "sandbox",
        baseUrl: `${xfers.url}/api/v4`,
        apiKey: { env: "XFERS_KEY" },
        secretKey: { env: "XFERS_SECRET" },
        signingSecrets: [{ env: "XFERS_SIGNING" }],
      },
      singapay: {
        driver: "singapay",
        environment: "sandbox",
        baseUrl: singapay.url,
        apiVersion: 2,
        clientId: singapay.credentials.clientId,
        clientSecret: { env: "SINGAPAY_SECRET" },
        apiKey: { env: "SINGAPAY_KEY" },
        accountId: singapay.credentials.accountId,
      },
    },
  },
  ".env": [
    `MIDTRANS_KEY=${midtrans.credentials.serverKey}`,
    `XFERS_KEY=${xfers.credentials.apiKey}`,
    `XFERS_SECRET=${xfers.credentials.secretKey}`,
    `XFERS_SIGNING=${xfers.credentials.signingSecret}`,
    `SINGAPAY_SECRET=${singapay.credentials.clientSecret}`,
    `SINGAPAY_KEY=${singapay.credentials.apiKey}`,
  ].join("\n"),
});

/** A sandbox, and a project whose gateways are there. */
export const openSandboxProject = async () => {
  const sandbox = await createSandbox();
  const project = createProject(filesOf(sandbox));
  const close = async (): Promise<void> => {
    project.remove();
    await sandbox.close();
  };
  return { sandbox, project: project as Project, close };
};
