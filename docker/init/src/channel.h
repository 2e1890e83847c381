/* The stream to the host: buffered both ways, never blocking. Only init has it open. */
#ifndef SANDMILL_CHANNEL_H
#define SANDMILL_CHANNEL_H

#include "frame.h"

enum { CHANNEL_IN = 0, CHANNEL_OUT = 1 };

void channel_open(void);
/* Listens for a host that comes past the engine; where that cannot be, everything stays as it is. */
void channel_offer(void);
/* What to poll for such a host, -1 for nothing. */
int channel_offered(void);
/* Takes one of its connections. The first becomes the channel's input and the second its output, at once, and nobody
 * listens any more. */
void channel_take(void);
/* The host speaks over the stream that there was: nobody listens any more. */
void channel_decline(void);
/* False at the end of the stream. */
bool channel_fill(void);
/* False when no whole frame has arrived; a frame that can never be one ends init. */
bool channel_next(struct frame *out);
void channel_send(uint8_t type, const void *payload, uint32_t length);
void channel_send_text(uint8_t type, const char *text);
void channel_flush(void);
bool channel_pending(void);
/* Waits until the host has taken everything. */
void channel_drain(void);
/* Whether another chunk of output still fits: else programs have to wait for the host. */
bool channel_has_room(void);

/* Says why on standard error, which Docker keeps nowhere but the host's attached stream shows, and ends init. */
_Noreturn void die(const char *why);

#endif
