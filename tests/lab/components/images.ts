import type { Component } from "../component.ts";
import { baseImage, builtImage, builtImages, type ImageRecipe, recipeVersion } from "../image.ts";
import { agnhost } from "./kubernetes.ts";

/** What the images below begin with. */
export const debianImage = image("debian-image", baseImage);

/** Stands in for Docker Hub's `library/mariadb`: its variables, port, volume and behaviour. */
export const mariadbImage = image("mariadb-image", builtImage("mariadb"));

/** Stands in for Docker Hub's `library/wordpress`, the one with Apache: its variables, port, volume and behaviour. */
export const wordpressImage = image("wordpress-image", builtImage("wordpress"));

const testRegistry = "registry.k8s.io/e2e-test-images";

/**
 * Stand in for what Kubernetes' end-to-end tests run: by stage, the names in its list of images (test/utils/image).
 * agnhost is the tests' own program; nginx, busybox and what looks up names are Debian's.
 */
export const endToEndImages = image(
  "end-to-end-images",
  builtImages(
    "end-to-end",
    {
      agnhost: [`${testRegistry}/agnhost:2.63.0`, `${testRegistry}/agnhost:2.55`],
      busybox: [`${testRegistry}/busybox:1.37.0-1`],
      dns: [`${testRegistry}/glibc-dns-testing:2.0.0`],
      kitten: [`${testRegistry}/kitten:1.8`],
      nautilus: [`${testRegistry}/nautilus:1.8`],
      nginx: [`${testRegistry}/nginx:1.15-4`, `${testRegistry}/nginx:1.27-0`],
      nonewprivs: [`${testRegistry}/nonewprivs:1.4`],
      nonroot: [`${testRegistry}/nonroot:1.5`],
      pause: ["registry.k8s.io/pause:3.10.2"],
    },
    [agnhost],
  ),
);

function image(name: string, source: ImageRecipe): Component {
  return { name, version: recipeVersion(source), source };
}
