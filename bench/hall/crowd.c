/* Many viewers in one process: plain WebSocket clients that listen, count messages and tell how old these were.

   crowd PORT COUNT WELCOMED GREETING HEAD
     WELCOMED  1: a viewer is there when it has heard its first text; 0: when its handshake is done
     GREETING  what a viewer says after its first text ("": nothing), for servers that want it
     HEAD      the whole HTTP request
   Says "there" on standard output when all are, then answers each line of standard input:
     again     counts from zero; answers "ok"
     tell      answers "MESSAGES FRAMES BYTES GONE P50 P99" (the last two in microseconds)
   A message is whatever contains "at=" and the microsecond (CLOCK_MONOTONIC) at which it was said. */
#include "wire.h"
#include <time.h>

enum { AT_ONCE = 32, CHUNK = 1 << 20, STEP = 100, STEPS = 300000 }; /* the ages: 100 us a step, 30 s in all */
enum { COMING, SHAKEN, THERE };

struct viewer {
    int fd, state;
    size_t kept; /* bytes of a frame that has not come to its end */
    char *rest;
};

static struct viewer *viewers;
static int poll_fd, port, count, welcomed, started, there;
static const char *greeting, *head;
static char chunk[CHUNK];
static uint32_t ages[STEPS];
static long long messages, frames, bytes, gone;

/* Microseconds of CLOCK_MONOTONIC, which is Python's time.monotonic(). */
static int64_t now_us(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000LL + at.tv_nsec / 1000;
}

static void begin_next(void) {
    struct sockaddr_in address = loopback(port);
    struct viewer *viewer = &viewers[started++];
    struct linger none = {1, 0};
    viewer->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (viewer->fd < 0) end("socket");
    setsockopt(viewer->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    if (connect(viewer->fd, (struct sockaddr *)&address, sizeof address) < 0) end("connect");
    if (write(viewer->fd, head, strlen(head)) < 0) end("write");
    fcntl(viewer->fd, F_SETFL, O_NONBLOCK);
    watch(poll_fd, viewer->fd, viewer, EPOLLIN);
}

static void arrived(struct viewer *viewer) {
    viewer->state = THERE;
    if (++there == count) puts("there"), fflush(stdout);
    if (started < count) begin_next();
}

/* Up to 125 bytes, masked with zeros, as clients must mask. */
static void say(struct viewer *viewer, int opcode, const char *text, size_t size) {
    char frame[6 + 125] = {opcode, 0x80 | size};
    memcpy(frame + 6, text, size);
    if (write(viewer->fd, frame, 6 + size) < 0) return; /* who is gone will be noticed on reading */
}

static void hear(struct viewer *viewer, char *text, size_t size) {
    int64_t now = now_us();
    frames++, bytes += size;
    if (size == 1 && *text == '2') say(viewer, TEXT, "3", 1); /* Engine.IO's ping */
    for (char *at = text, *stop = text + size; (at = memmem(at, stop - at, "at=", 3)); at += 3) {
        int64_t step = (now - atoll(at + 3)) / STEP;
        messages++, ages[step < 0 ? 0 : step < STEPS ? step : STEPS - 1]++;
    }
    if (viewer->state == SHAKEN) {
        if (*greeting) say(viewer, TEXT, greeting, strlen(greeting));
        arrived(viewer);
    }
}

/* Takes one whole frame from the front; answers its length, 0 where its end has not come. */
static size_t take_frame(struct viewer *viewer, char *from, size_t size) {
    unsigned char *raw = (unsigned char *)from;
    size_t start = 2, length = size > 1 ? raw[1] & 127 : 0;
    if (length >= 126) start += length == 126 ? 2 : 8;
    if (size < start) return 0;
    if (start > 2)
        for (size_t i = 2, n = length = 0; i < start; i++, n++) length = length << 8 | raw[i];
    if (size - start < length) return 0;
    if (raw[0] == TEXT) hear(viewer, from + start, length);
    if (raw[0] == PING) say(viewer, PONG, from + start, length);
    return start + length;
}

static size_t take_handshake(struct viewer *viewer, char *from, size_t size) {
    char *stop = memmem(from, size, "\r\n\r\n", 4);
    if (!stop) return 0;
    if (memcmp(from, "HTTP/1.1 101", 12)) fprintf(stderr, "refused: %.60s\n", from), exit(1);
    viewer->state = SHAKEN;
    if (!welcomed) arrived(viewer);
    return stop + 4 - from;
}

static void leave(struct viewer *viewer) {
    if (viewer->state != THERE) fprintf(stderr, "shown out before the hall was full\n"), exit(1);
    close(viewer->fd);
    gone++;
}

static void read_from(struct viewer *viewer) {
    memcpy(chunk, viewer->rest, viewer->kept);
    ssize_t got = read(viewer->fd, chunk + viewer->kept, CHUNK - viewer->kept);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) leave(viewer);
        return;
    }
    size_t size = viewer->kept + got, taken, done = 0;
    do {
        taken = (viewer->state == COMING ? take_handshake : take_frame)(viewer, chunk + done, size - done);
        done += taken;
    } while (taken && done < size);
    if (size - done > viewer->kept) viewer->rest = realloc(viewer->rest, size - done);
    viewer->kept = size - done;
    memcpy(viewer->rest, chunk + done, viewer->kept);
}

static long long age(double share) {
    long long seen = 0, wanted = messages * share;
    for (int step = 0; step < STEPS; step++)
        if ((seen += ages[step]) > wanted) return (long long)step * STEP;
    return 0;
}

static void answer(void) {
    char asked[16] = "";
    if (read(0, asked, sizeof asked - 1) <= 0) exit(0);
    if (*asked == 'a') {
        messages = frames = bytes = 0;
        memset(ages, 0, sizeof ages);
        puts("ok");
    } else {
        printf("%lld %lld %lld %lld %lld %lld\n", messages, frames, bytes, gone, age(0.5), age(0.99));
    }
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    port = atoi(argv[1]), count = atoi(argv[2]), welcomed = atoi(argv[3]), greeting = argv[4], head = argv[5];
    open_many_files();
    viewers = calloc(count, sizeof *viewers);
    poll_fd = epoll_create1(0);
    watch(poll_fd, 0, NULL, EPOLLIN);
    while (started < count && started < AT_ONCE) begin_next();
    for (struct epoll_event events[MANY];;) {
        int ready = epoll_wait(poll_fd, events, MANY, -1);
        for (int i = 0; i < ready; i++) events[i].data.ptr ? read_from(events[i].data.ptr) : answer();
    }
}
