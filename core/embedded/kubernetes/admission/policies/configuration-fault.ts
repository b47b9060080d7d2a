import { CatalystError } from "@catalyst/base/errors";

/** A policy or binding can't be used as it is configured; its failurePolicy decides what that means. */
export class ConfigurationFault extends CatalystError {
  constructor(message: string) {
    super("kubernetes-policy-configuration", message);
    this.name = "ConfigurationFault";
  }
}
