/* The stream to the host: buffered both ways, never blocking. Only init has it open. */
#ifndef SANDMILL_CHANNEL_H
#define SANDMILL_CHANNEL_H

#include "frame.h"

enum { CHANNEL_IN = 0, CHANNEL_OUT = 1 };

void channel_open(void);
/* Two connections to the host's socket, for either direction, where this container has one; else false. */
bool channel_connect(int line[2]);
/* From now on these are the channel, once the host has taken all that was sent. */
void channel_move(const int line[2]);
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
