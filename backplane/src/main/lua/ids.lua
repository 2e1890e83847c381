-- Ids of jobs: they sort by creation, and nobody guesses one.

local ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

local pairs_of_digits = {}

-- Two digits for each 10 bits.
local function base32(number, pairs)
    local text = ''
    for _ = 1, pairs do
        local low = number % 1024
        local two = pairs_of_digits[low]
        if not two then
            local high = math.floor(low / 32)
            two = string.sub(ALPHABET, high + 1, high + 1) .. string.sub(ALPHABET, low % 32 + 1, low % 32 + 1)
            pairs_of_digits[low] = two
        end
        text = two .. text
        number = (number - low) / 1024
    end
    return text
end

local prefix_at, prefix = -1, ''

-- 10 digits of milliseconds, 3 that count within them, 8 that nobody guesses: sorts by creation.
local function new_id(at, serial, salt)
    if at ~= prefix_at then
        prefix_at, prefix = at, base32(at, 5)
    end
    local hash = redis.sha1hex(salt .. ':' .. serial .. ':' .. stamp(at))
    return prefix .. string.sub(base32(serial % 32768, 2), 2) .. base32(tonumber(string.sub(hash, 1, 5), 16), 2)
        .. base32(tonumber(string.sub(hash, 6, 10), 16), 2)
end

-- Whether the job came before this time.
local function is_older(id, at)
    return string.sub(id, 1, 10) < base32(math.max(0, at), 5)
end
