/** The address of the machine, as its Node and its Pods' status show it. */
export const hostAddress = "127.0.0.1";
