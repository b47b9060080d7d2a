/** Helm's media types: what makes an artifact a chart that Helm and Flux pull. */
export const chartConfigType = "application/vnd.cncf.helm.config.v1+json";
export const chartContentType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/** The layer with blueprint.yaml. */
export const blueprintManifestType = "application/vnd.openova.catalyst.blueprint.v1+yaml";

/** An OCI image manifest. */
export const imageManifestType = "application/vnd.oci.image.manifest.v1+json";

/** The annotation that names a layer's file: `card/icon.svg`. */
export const titleAnnotation = "org.opencontainers.image.title";

const byExtension: Readonly<Record<string, string>> = {
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  md: "text/markdown",
  yaml: "application/yaml",
  yml: "application/yaml",
};

/** The media type of a file by its ending. */
export function mediaTypeOfFile(path: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return byExtension[extension] ?? "application/octet-stream";
}
