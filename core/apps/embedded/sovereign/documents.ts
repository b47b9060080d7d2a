import { applicationPath } from "@catalyst/blueprint/plan";
import type { GitCollectorOptions, ReadDocument } from "@catalyst/projector";
import type { Provisioning } from "@catalyst/provisioning";

/** Reads Applications' documents for the projection by what provisioning has read of the repository already. */
export function documentReader(provisioning: Provisioning): GitCollectorOptions["documents"] {
  return async ({ name: environment }, commit, applications) => {
    const documents = new Map<string, ReadDocument>();
    if (applications.length === 0) return documents;
    const { files, tree } = await provisioning.snapshotAt(environment, commit);
    for (const application of applications) {
      const document = tree.applications.get(application);
      if (document !== undefined)
        documents.set(application, { spec: document.spec, labels: document.labels });
      else if (!files.has(applicationPath(application))) documents.set(application, {});
    }
    return documents;
  };
}
