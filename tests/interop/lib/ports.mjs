// Free TCP ports of this machine.

import net from "node:net";

// One that was free a moment ago: for programs that do not tell which one they took.
export async function freePort() {
  const server = net.createServer();
  await new Promise((go) => server.listen(0, "127.0.0.1", go));
  const { port } = server.address();
  await new Promise((go) => server.close(go));
  return port;
}

export function isOpen(port) {
  return new Promise((answer) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      answer(true);
    });
    socket.once("error", () => answer(false));
  });
}
