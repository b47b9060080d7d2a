import type { Component } from "../component.ts";
import { baseImage, builtImage, type ImageRecipe, recipeVersion } from "../image.ts";

/** What the images below begin with. */
export const debianImage = image("debian-image", baseImage);

/** Stands in for Docker Hub's `library/mariadb`: its variables, port, volume and behaviour. */
export const mariadbImage = image("mariadb-image", builtImage("mariadb"));

/** Stands in for Docker Hub's `library/wordpress`, the one with Apache: its variables, port, volume and behaviour. */
export const wordpressImage = image("wordpress-image", builtImage("wordpress"));

function image(name: string, source: ImageRecipe): Component {
  return { name, version: recipeVersion(source), source };
}
