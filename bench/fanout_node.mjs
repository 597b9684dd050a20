// Node's socket.io as it comes: a room for each query, and a POST that tells rooms something. `fanout` starts it.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [port, folder] = process.argv.slice(2);
const { Server } = createRequire(`${folder}/`)("socket.io");

const monotonic = () => Number(process.hrtime.bigint()) / 1e9;

const http = createServer(async (request, response) => {
  if (request.method !== "POST") return;
  let body = "";
  for await (const piece of request) body += piece;
  const { rooms, data } = JSON.parse(body);
  const at = monotonic();
  const events = [{ id: 1, name: "bench.told", data }];
  for (const room of rooms) io.to(room).emit("batch", { epoch: `bench.${room}`, prev: 0, last: 1, events });
  response.end(JSON.stringify({ at }));
});
const io = new Server(http, { transports: ["websocket"], pingInterval: 20_000, pingTimeout: 20_000 });
io.on("connection", (socket) => {
  const room = String(socket.handshake.query.room);
  socket.join(room);
  socket.emit("hello", { epoch: `bench.${room}`, last: 0, server_time: new Date().toISOString() });
});
http.listen({ port: Number(port), host: "127.0.0.1", backlog: 2048 });
