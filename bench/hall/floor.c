/* The least that a server can do for a hall: one send() for each viewer and frame, nothing else.

   floor PORT
   Accepts every WebSocket handshake (with the key of RFC 6455's example, which is what the crowd asks with). Each line
   of standard input goes to everybody as one text frame. Who does not read loses words. */
#include "wire.h"

static const char welcome[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static int viewers[65536], count;

static void let_in(int listener) {
    char request[4096];
    int fd = accept(listener, NULL, NULL), yes = 1;
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (read(fd, request, sizeof request) <= 0 || write(fd, welcome, sizeof welcome - 1) < 0) {
        close(fd);
        return;
    }
    if (count == 65536) exit(2);
    viewers[count++] = fd;
}

static void tell_all(const char *text, size_t size) {
    static char frame[1 << 16];
    size_t head = size < 126 ? 2 : 4;
    if (head + size > sizeof frame) exit(2);
    frame[0] = (char)TEXT, frame[1] = size < 126 ? size : 126;
    if (head == 4) frame[2] = size >> 8, frame[3] = size & 255;
    memcpy(frame + head, text, size);
    for (int i = 0; i < count; i++) send(viewers[i], frame, head + size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void hear(void) {
    static char lines[1 << 16];
    static size_t kept;
    ssize_t got = read(0, lines + kept, sizeof lines - kept);
    if (got <= 0) exit(0);
    kept += got;
    char *line = lines;
    for (char *stop; (stop = memchr(line, '\n', lines + kept - line)); line = stop + 1) tell_all(line, stop - line);
    kept -= line - lines;
    memmove(lines, line, kept);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    struct sockaddr_in address = loopback(atoi(argv[1]));
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1, poll_fd = epoll_create1(0);
    open_many_files();
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0) end("listen");
    watch(poll_fd, listener, &address, EPOLLIN);
    watch(poll_fd, 0, NULL, EPOLLIN);
    for (struct epoll_event event; epoll_wait(poll_fd, &event, 1, -1) == 1;)
        if (event.data.ptr) let_in(listener);
        else hear();
}
