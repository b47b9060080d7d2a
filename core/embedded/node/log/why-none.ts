import type { Pod } from "@catalyst/ports/kubernetes";

/** Says why a container has no log, in the kubelet's words. */
export function whyNoLog({ metadata, status }: Pod, container: string, previous: boolean): string {
  const named = `container "${container}" in pod "${metadata.name}"`;
  if (previous) return `previous terminated ${named} not found`;
  const all = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const found = all.find(({ name }) => name === container);
  if (found === undefined) return `${named} is not available`;
  if (found.state?.terminated !== undefined) return `${named} is terminated`;
  const reason = found.state?.waiting?.reason;
  switch (reason) {
    case undefined:
      return `${named} is waiting to start - no logs yet`;
    case "ErrImagePull":
      return `${named} is waiting to start: image can't be pulled`;
    case "ImagePullBackOff":
      return `${named} is waiting to start: trying and failing to pull image`;
    default:
      return `${named} is waiting to start: ${reason}`;
  }
}
