import { describeSchedules } from "./chaos/describe-schedules.ts";

describeSchedules({ share: 1, shares: 2 });
