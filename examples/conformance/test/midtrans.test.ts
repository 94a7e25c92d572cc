import { describeConformance } from "@tautan/conformance";
import { describe, test } from "vitest";
import { midtransSubject } from "../src/midtrans.ts";

describeConformance({ describe, test }, midtransSubject);
