/* The inner loops of matching: words like a word, names that share most with a query, and the features of both.
 *
 * Everything here is written a second time in numpy (matchers/index/vocabulary.py and sums.py, matchers/scoring/
 * alignment.py, leftovers.py and features.py), where it is explained; this is the same in one pass. Both give the
 * same numbers to the last bit, which tests/matchers/test_kernel.py holds them to, so floats are added in the same
 * order and a compiler must not contract them (-ffp-contract=off). All memory is the caller's; nothing is kept but
 * the scratch arrays of struct index, so one index may be in one call at a time.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LAYOUT 10     /* changes with the structs and signatures below */
#define WIDEST 16     /* words of a name that are aligned */
#define PREFIX 8      /* letters of a word that deletions are taken from */
#define MOST_OWNERS 300
#define TOUCHED 6000
#define POSTINGS 60000
#define AHEAD 16 /* names that are fetched before they are needed */
#define LOOKED_AT 240 /* names whose letters are compared */
#define EDGE_BEARERS 120
#define SHORTEST_SWAPPED 5 /* see matchers/scoring/similarity.py for these two */
#define PLAIN 0.97f
#define WITHIN 0.8f /* see matchers/index/sums.py for these */
#define SAME_ENTRY 2
#define LEAST_PROMISE 0.55f
#define JOINED 0.85f /* see matchers/scoring/leftovers.py for these three */
#define ALIKE 0.9f
#define RELATED 0.75f
#define ABBREVIATED 0.75f /* see matchers/names/acronyms.py for these three */
#define SHORTEST_ACRONYM 3
#define LONGEST_ABBREVIATION 5
#define ACRONYM_BEARERS 400 /* see matchers/index/words.py */
#define ONLY_ASKED 0.5f /* see matchers/scoring/features.py */
enum { WORD = 0, SECTOR = 2, PLACE = 3, NUMBER = 4, INITIAL = 5 }; /* kinds of words: Kind in matchers/names/reading.py */

/* What is known of a name while one query is asked; valid only where stamp is of this query. */
struct sum {
    uint32_t stamp;  /* of the word that added to it last, or of the query itself */
    uint32_t listed; /* stamp of the query that holds it in its list */
    float found;
    float before; /* what had been found before this word */
};

struct index {
    int64_t words, names, spelled_count;
    const uint8_t *word_text, *plain_text, *squashed_text;
    const int64_t *word_start, *plain_start, *squashed_start;
    const uint32_t *word_sound, *word_hash, *variant_hash;
    const int32_t *word_by_hash, *variant_word;
    const float *word_weight;
    const uint8_t *word_kind;
    const int64_t *posting_start;
    const int32_t *posting;
    const int64_t *name_start;
    const int32_t *name_token, *name_entry;
    const float *name_weight;
    const uint8_t *name_initial, *name_strength, *entry_schema;
    const uint32_t *name_form;
    const int64_t *said, *said_start; /* what is said of each entry; where that begins */
    const uint32_t *edge_hash[2]; /* of the first letters of names, and of the last */
    const int32_t *edge_name[2];
    const uint32_t *spelled_hash; /* of several words' initials in a row */
    const int32_t *spelled_name;
    const float *types; /* of each schema */
    const int64_t *variant_bucket; /* 65,537: where the hashes with each upper half begin */
    uint32_t *seen;     /* scratch, a stamp for each word */
    struct sum *sums;   /* scratch, for each name */
    int32_t *touched;   /* scratch, room for each name */
    uint32_t word_stamp, name_stamp;
};

/* A word of a query with the listed words that are like it, by rising number. */
struct word {
    const int32_t *numbers;
    const float *alike;
    const uint8_t *plain, *text;
    int32_t count, plain_length, text_length, kind;
    float weight;
    uint32_t hash;
};

/* Reads a word as `packed` in matchers/kernel/__init__.py writes it, and returns where the next one stands. */
static const uint8_t *read_word(const uint8_t *packed, struct word *word) {
    const int32_t *head = (const int32_t *)packed;
    word->count = head[0], word->plain_length = head[1], word->text_length = head[2], word->kind = head[3];
    memcpy(&word->weight, head + 4, sizeof word->weight);
    memcpy(&word->hash, head + 5, sizeof word->hash);
    word->numbers = head + 6;
    word->alike = (const float *)(word->numbers + word->count);
    word->plain = (const uint8_t *)(word->alike + word->count);
    word->text = word->plain + word->plain_length;
    return word->plain + (word->plain_length + word->text_length + 3) / 4 * 4;
}

static uint32_t crc_table[256];

int32_t kernel_layout(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ 0xEDB88320u : value >> 1;
        crc_table[byte] = value;
    }
    return LAYOUT;
}

static uint32_t crc(const uint8_t *text, int32_t length) {
    uint32_t value = 0xFFFFFFFFu;
    for (int32_t i = 0; i < length; i++) value = crc_table[(value ^ text[i]) & 255] ^ value >> 8;
    return ~value;
}

/* ---- Letters: the longest common subsequence of two texts, 64 letters of the first at a time (H. Hyyrö, 2004). */

struct pattern {
    int32_t length, blocks;
    uint64_t *places; /* blocks × 256: where in the text each letter stands */
    uint64_t *row;    /* blocks */
    uint64_t few[256 + 1];
};

static int set_pattern(struct pattern *pattern, const uint8_t *text, int32_t length) {
    pattern->length = length;
    pattern->blocks = length > 64 ? (length + 63) / 64 : 1;
    if (pattern->blocks == 1) {
        memset(pattern->few, 0, sizeof pattern->few);
        pattern->places = pattern->few;
        pattern->row = pattern->few + 256;
    } else {
        pattern->places = calloc((size_t)pattern->blocks * 257, sizeof(uint64_t));
        if (!pattern->places) return 0;
        pattern->row = pattern->places + (size_t)pattern->blocks * 256;
    }
    for (int32_t i = 0; i < length; i++) pattern->places[(i >> 6) * 256 + text[i]] |= 1ull << (i & 63);
    return 1;
}

static void drop_pattern(struct pattern *pattern) {
    if (pattern->blocks > 1) free(pattern->places);
}

/* How many letters the pattern and a text have in common, in this order. */
static int64_t in_common(struct pattern *pattern, const uint8_t *text, int64_t length) {
    int64_t common = 0;
    if (pattern->blocks == 1) {
        uint64_t row = ~0ull;
        for (int64_t i = 0; i < length; i++) {
            uint64_t matched = row & pattern->few[text[i]];
            row = (row + matched) | (row - matched);
        }
        return __builtin_popcountll(~row);
    }
    for (int32_t block = 0; block < pattern->blocks; block++) pattern->row[block] = ~0ull;
    for (int64_t i = 0; i < length; i++) {
        uint64_t carry = 0;
        for (int32_t block = 0; block < pattern->blocks; block++) {
            uint64_t row = pattern->row[block], matched = row & pattern->places[block * 256 + text[i]];
            uint64_t sum = row + matched, more = sum < row;
            sum += carry;
            carry = more | (sum < carry);
            pattern->row[block] = sum | (row - matched);
        }
    }
    for (int32_t block = 0; block < pattern->blocks; block++)
        common += __builtin_popcountll(~pattern->row[block]);
    return common;
}

/* How alike the pattern and a text are, 0 to 1: 1 - insertions and deletions / letters of both. */
static double likeness(struct pattern *pattern, const uint8_t *text, int64_t length) {
    int64_t both = pattern->length + length;
    return both ? 1.0 - (double)(both - 2 * in_common(pattern, text, length)) / (double)both : 1.0;
}

/* ---- Words like a word. */

/* The first place from `low` to `high` of a sorted array that is not below a value. */
static int64_t lower_bound(const uint32_t *hashes, int64_t low, int64_t high, uint32_t value) {
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (hashes[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The number of a word, -1 where no listed name has it. */
static int32_t number_of(struct index *index, const uint8_t *word, int64_t length) {
    uint32_t hash = crc(word, (int32_t)length);
    int64_t at = lower_bound(index->word_hash, 0, index->words, hash);
    for (; at < index->words && index->word_hash[at] == hash; at++) {
        const int64_t *start = index->word_start + index->word_by_hash[at];
        if (start[1] - start[0] == length && !memcmp(index->word_text + start[0], word, length))
            return index->word_by_hash[at];
    }
    return -1;
}

/* Writes the number of each of several words, one a line, -1 for those that no listed name has. */
void find_words(struct index *index, const char *lines, int32_t count, int32_t *numbers) {
    for (int32_t i = 0; i < count; i++) {
        int64_t length = (int64_t)strcspn(lines, "\n");
        numbers[i] = number_of(index, (const uint8_t *)lines, length);
        lines += length, lines += *lines == '\n';
    }
}

/* Whether a listed name has both of two words; the names of each are rising. */
int32_t stand_together(struct index *index, int32_t first, int32_t second) {
    const int64_t *start = index->posting_start;
    const int32_t *one = index->posting + start[first], *end = index->posting + start[first + 1];
    const int32_t *other = index->posting + start[second], *other_end = index->posting + start[second + 1];
    while (one < end && other < other_end) {
        if (*one == *other) return 1;
        if (*one < *other) one++;
        else other++;
    }
    return 0;
}

static int32_t add_hash(uint32_t *hashes, int32_t count, const uint8_t *text, int32_t length) {
    uint32_t hash = crc(text, length);
    int32_t place = count;
    for (; place > 0 && hashes[place - 1] > hash; place--);
    if (place > 0 && hashes[place - 1] == hash) return count;
    memmove(hashes + place + 1, hashes + place, (count - place) * sizeof *hashes);
    hashes[place] = hash;
    return count + 1;
}

/* Adds a text, and what remains when up to `most` letters are deleted, each after what `buffer` begins with. */
static int32_t add_deletions(uint32_t *hashes, int32_t count, uint8_t *buffer, int32_t mark, const uint8_t *text,
                             int32_t length, int32_t most) {
    uint8_t *out = buffer + mark;
    memcpy(out, text, length);
    count = add_hash(hashes, count, buffer, mark + length);
    if (most > length - 2) most = length - 2;
    for (int32_t first = 0; most >= 1 && first < length; first++) {
        memcpy(out, text, first);
        memcpy(out + first, text + first + 1, length - first - 1);
        count = add_hash(hashes, count, buffer, mark + length - 1);
        for (int32_t second = first; most >= 2 && second < length - 1; second++) {
            memcpy(out, text, first);
            memcpy(out + first, text + first + 1, second - first);
            memcpy(out + second, text + second + 2, length - second - 2);
            count = add_hash(hashes, count, buffer, mark + length - 2);
        }
    }
    return count;
}

static int32_t add_spelling(uint32_t *hashes, int32_t count, const uint8_t *plain, int32_t plain_length) {
    uint8_t begun[1 + PREFIX] = "=";
    return add_deletions(hashes, count, begun, 1, plain, plain_length < PREFIX ? plain_length : PREFIX, 0);
}

/* Writes the hashes that a word is filed under, rising, each once, and returns how many; see `variants` in
 * matchers/index/vocabulary.py. There is room for 40 and the consonants, in `buffer` for them and two more. */
int32_t variants(const uint8_t *word, int32_t length, const uint8_t *plain, int32_t plain_length,
                 const uint8_t *consonants, int32_t consonants_length, uint8_t *buffer, uint32_t *hashes) {
    uint8_t begun[PREFIX];
    int32_t count = add_deletions(hashes, 0, begun, 0, word, length < PREFIX ? length : PREFIX, length > 5 ? 2 : 1);
    count = add_spelling(hashes, count, plain, plain_length);
    buffer[0] = '~';
    if (consonants_length > 2)
        count = add_deletions(hashes, count, buffer, 1, consonants, consonants_length, consonants_length > 3 ? 1 : 0);
    return count;
}

/* Writes the words that share a variant with a word, each once, and returns how many. */
static int32_t gather(struct index *index, const uint32_t *hashes, int32_t count, int32_t *numbers, int32_t room) {
    int32_t found = 0;
    for (int32_t i = 0; i < count; i++) __builtin_prefetch(index->variant_bucket + (hashes[i] >> 16));
    for (int32_t i = 0; i < count; i++)
        __builtin_prefetch(index->variant_hash + index->variant_bucket[hashes[i] >> 16]);
    for (int32_t i = 0; i < count; i++) {
        const int64_t *bucket = index->variant_bucket + (hashes[i] >> 16);
        int64_t low = lower_bound(index->variant_hash, bucket[0], bucket[1], hashes[i]), high = low;
        while (high < bucket[1] && index->variant_hash[high] == hashes[i] && high - low <= MOST_OWNERS) high++;
        if (high - low > MOST_OWNERS) continue;
        for (; low < high; low++) {
            int32_t number = index->variant_word[low];
            if (index->seen[number] == index->word_stamp || found == room) continue;
            index->seen[number] = index->word_stamp;
            __builtin_prefetch(index->word_start + number), __builtin_prefetch(index->plain_start + number);
            numbers[found++] = number;
        }
    }
    return found;
}

/* Whether texts of these lengths are less alike than 0.55 whatever they say. */
static int too_long(int64_t one, int64_t other) {
    int64_t shorter = one < other ? one : other;
    return 2.0 * (double)shorter < 0.54 * (double)(one + other);
}

/* Whether two texts of one length are the same but for two neighbouring letters in each other's place. */
static int is_swapped(const uint8_t *one, const uint8_t *other, int32_t length) {
    int32_t at = 0;
    while (at < length && one[at] == other[at]) at++;
    return at + 1 < length && one[at] == other[at + 1] && one[at + 1] == other[at] &&
           !memcmp(one + at + 2, other + at + 2, length - at - 2);
}

/* How alike two words are, in the better of two spellings, and more alike where they sound the same; 0: different. */
static float alikeness(struct index *index, const uint8_t *word, struct pattern *written, struct pattern *spelled,
                       uint32_t sound, int64_t n) {
    const int64_t *start = index->word_start + n, *plain = index->plain_start + n;
    float ratio, other;
    if (too_long(written->length, start[1] - start[0]) && too_long(spelled->length, plain[1] - plain[0])) return 0.0f;
    ratio = (float)likeness(written, index->word_text + start[0], start[1] - start[0]);
    other = (float)likeness(spelled, index->plain_text + plain[0], plain[1] - plain[0]) * PLAIN;
    if (other > ratio) ratio = other;
    if (written->length >= SHORTEST_SWAPPED && written->length == start[1] - start[0] &&
        is_swapped(word, index->word_text + start[0], written->length)) {
        other = (float)(1.0 - 1.0 / (2.0 * written->length));
        if (other > ratio) ratio = other;
    }
    if (ratio >= 0.55f && index->word_sound[n] == sound) ratio = (ratio + 1.0f) / 2.0f;
    return ratio >= 0.70f ? ratio : 0.0f;
}

static int is_spelled(struct index *index, const uint8_t *plain, int32_t length, int32_t number) {
    const int64_t *start = index->plain_start + number;
    return start[1] - start[0] == length && !memcmp(index->plain_text + start[0], plain, length);
}

/* Whether a word can be misspelt and still be known; see matchers/scoring/similarity.py. */
static int is_comparable(const uint8_t *word, int32_t length) {
    int32_t digits = 0;
    while (digits < length && word[digits] >= '0' && word[digits] <= '9') digits++;
    return length > 3 && digits < length;
}

/* Whether a word too short for that may be romanized otherwise. */
static int has_spellings(const uint8_t *word, int32_t length, int32_t plain_length) {
    int32_t letters = 0;
    while (letters < length && word[letters] >= 'a' && word[letters] <= 'z') letters++;
    return length == 3 && letters == 3 && plain_length > 2;
}

/* Writes the numbers of the words like this one, rising, and how alike they are; returns how many. `own` is given
 * its own number, -1 where no listed name has it. `consonants` are its skeleton. */
int32_t similar(struct index *index, const uint8_t *word, int32_t length, const uint8_t *plain, int32_t plain_length,
                const uint8_t *consonants, int32_t consonants_length, int32_t *own, int32_t *numbers, float *alike,
                int32_t room) {
    uint32_t *hashes = malloc((40 + consonants_length) * sizeof *hashes + consonants_length + 2);
    uint32_t sound = consonants_length > 2 ? crc(consonants, consonants_length) : 1;
    int comparable = is_comparable(word, length);
    struct pattern written, spelled;
    int32_t count = 0, kept = 0;
    if (!hashes || !set_pattern(&written, word, length)) return free(hashes), -1;
    if (!set_pattern(&spelled, plain, plain_length)) return free(hashes), drop_pattern(&written), -1;
    if (!++index->word_stamp) memset(index->seen, 0, index->words * sizeof *index->seen), index->word_stamp = 1;
    *own = number_of(index, word, length);
    if (comparable)
        count = variants(word, length, plain, plain_length, consonants, consonants_length,
                         (uint8_t *)(hashes + 40 + consonants_length), hashes);
    else if (has_spellings(word, length, plain_length)) count = add_spelling(hashes, 0, plain, plain_length);
    count = gather(index, hashes, count, numbers, room);
    if (*own >= 0 && index->seen[*own] != index->word_stamp && count < room) numbers[count++] = *own;
    for (int32_t i = 0; i < count; i++) {
        __builtin_prefetch(index->word_sound + numbers[i]);
        __builtin_prefetch(index->word_text + index->word_start[numbers[i]]);
        __builtin_prefetch(index->plain_text + index->plain_start[numbers[i]]);
    }
    for (int32_t i = 0; i < count; i++) {
        int32_t number = numbers[i], place = kept;
        float value = number == *own ? 1.0f
                      : comparable   ? alikeness(index, word, &written, &spelled, sound, number)
                      : is_spelled(index, plain, plain_length, number) ? PLAIN : 0.0f;
        if (value == 0.0f) continue;
        for (; place > 0 && numbers[place - 1] > number; place--) {
            numbers[place] = numbers[place - 1];
            alike[place] = alike[place - 1];
        }
        numbers[place] = number, alike[place] = value;
        kept++;
    }
    drop_pattern(&written), drop_pattern(&spelled), free(hashes);
    return kept;
}

/* ---- Names that share most with a query. */

static struct sum *sum_of(struct index *index, int32_t name, uint32_t query) {
    struct sum *sum = index->sums + name;
    if (sum->stamp < query) sum->stamp = query, sum->found = 0.0f;
    return sum;
}

static int32_t touch(struct index *index, int32_t name, struct sum *sum, uint32_t query, int32_t count) {
    if (sum->listed == query) return count;
    sum->listed = query;
    index->touched[count] = name;
    return count + 1;
}

/* Counts a weight as found in a name, at least. */
static int32_t add_other(struct index *index, int32_t name, float gain, uint32_t query, int32_t touched) {
    struct sum *sum = sum_of(index, name, query);
    if (gain > sum->found) sum->found = gain;
    return touch(index, name, sum, query, touched);
}

/* Finds the names that have several words in a row with the letters of a word as their initials; none if too many. */
static int32_t find_spelled(struct index *index, const struct word *word, const int32_t **names) {
    if (word->kind != WORD || word->text_length < SHORTEST_ACRONYM || word->text_length > LONGEST_ABBREVIATION) return 0;
    uint32_t hash = crc(word->text, word->text_length);
    int64_t low = lower_bound(index->spelled_hash, 0, index->spelled_count, hash), high = low;
    while (high < index->spelled_count && index->spelled_hash[high] == hash && high - low <= ACRONYM_BEARERS) high++;
    *names = index->spelled_name + low;
    return high - low <= ACRONYM_BEARERS ? (int32_t)(high - low) : 0;
}

/* Adds the weight of each word to the names that have a word like it, or spell it out; the most alike counts. */
static int32_t add_words(struct index *index, const uint8_t *words, int32_t count, uint32_t query) {
    int32_t touched = 0;
    int64_t met = 0;
    for (int32_t w = 0; w < count; w++) {
        struct word word;
        const int32_t *spelling = NULL;
        words = read_word(words, &word);
        int32_t spelled = count > 1 ? find_spelled(index, &word, &spelling) : 0;
        int64_t postings = spelled;
        for (int32_t i = 0; i < word.count; i++)
            postings += index->posting_start[word.numbers[i] + 1] - index->posting_start[word.numbers[i]];
        if (postings > POSTINGS && w) continue;
        for (int32_t i = 0; i <= word.count; i++) { /* the last are those that spell it out */
            int is_word = i < word.count;
            const int64_t *span = index->posting_start + (is_word ? word.numbers[i] : 0);
            const int32_t *names = is_word ? index->posting + span[0] : spelling;
            const int32_t *end = is_word ? index->posting + span[1] : names + spelled;
            float alike = is_word ? word.alike[i] : ABBREVIATED, gain = alike * alike * word.weight;
            for (; names < end; names++) {
                if (end - names > AHEAD) __builtin_prefetch(index->sums + names[AHEAD], 1);
                struct sum *sum = sum_of(index, *names, query);
                if (sum->stamp != query + 1 + w) sum->before = sum->found, sum->stamp = query + 1 + w;
                if (sum->before + gain > sum->found) sum->found = sum->before + gain;
                if (met < TOUCHED) touched = touch(index, *names, sum, query, touched);
            }
        }
        met += postings;
    }
    return touched;
}

/* A name with its score, not below 0, in one number: the greater, the better; of equal scores the first name is. */
static uint64_t ranked(float score, int32_t name) {
    uint32_t bits;
    memcpy(&bits, &score, sizeof bits);
    return (uint64_t)bits << 32 | (uint32_t)~name;
}

static float score_of(uint64_t rank) {
    uint32_t bits = (uint32_t)(rank >> 32);
    float score;
    memcpy(&score, &bits, sizeof score);
    return score;
}

static int32_t name_of(uint64_t rank) {
    return (int32_t)~(uint32_t)rank;
}

/* Puts an item into a heap with the least on top at a place or below it, where nothing that belongs above it is. */
static void sink(uint64_t *heap, int32_t count, int32_t at, uint64_t item) {
    for (int32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count) child += heap[child + 1] < heap[child];
        if (heap[child] >= item) break;
        heap[at] = heap[child];
    }
    heap[at] = item;
}

/* Keeps the best of a stream of names: a heap with the worst on top. */
static int32_t keep(uint64_t *heap, int32_t count, uint64_t item) {
    int32_t at;
    if (count == LOOKED_AT) {
        if (item > heap[0]) sink(heap, count, 0, item);
        return count;
    }
    for (at = count; at > 0 && heap[(at - 1) / 2] > item; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
    heap[at] = item;
    return count + 1;
}

/* How alike a query and a name are, both written as one word. */
static float letters_of(struct index *index, struct pattern *query, int32_t name) {
    const int64_t *start = index->squashed_start + name;
    return (float)likeness(query, index->squashed_text + start[0], start[1] - start[0]);
}

/* Which share of the letters of both, of the query's and of the shorter one's a query and a name have in common. */
struct shares {
    float both, asked, shorter;
};

static struct shares shares_of(struct index *index, struct pattern *query, int32_t name) {
    const int64_t *start = index->squashed_start + name;
    int64_t length = start[1] - start[0], shorter = length < query->length ? length : query->length;
    float common = (float)in_common(query, index->squashed_text + start[0], length);
    return (struct shares){
        2.0f * common / (float)(query->length + length ? query->length + length : 1),
        common / (float)(query->length ? query->length : 1),
        common / (float)(shorter ? shorter : 1),
    };
}

/* Adds the names that begin or, where a side is one word, end like the query, and are like it as one word. */
static int32_t add_edges(struct index *index, struct pattern *pattern, const uint32_t *edges, float weight, int one_word,
                         uint32_t query, int32_t touched) {
    for (int32_t edge = 0; edge < 2; edge++) {
        const uint32_t *hashes = index->edge_hash[edge];
        int64_t low = lower_bound(hashes, 0, index->names, edges[edge]), high = low;
        while (high < index->names && hashes[high] == edges[edge] && high - low <= EDGE_BEARERS) high++;
        if (!edges[edge] || high - low > EDGE_BEARERS) continue;
        for (; low < high; low++) {
            int32_t name = index->edge_name[edge][low];
            int single = one_word || index->name_start[name + 1] - index->name_start[name] == 1;
            if (edge && !single) continue;
            struct shares shares = shares_of(index, pattern, name);
            if ((single && shares.shorter > WITHIN) || (!edge && shares.both > WITHIN))
                touched = add_other(index, name, shares.both * shares.both * weight, query, touched);
        }
    }
    return touched;
}

/* Writes up to `most` names, the best first and not too many of one entry, and returns how many; spoils the ranks. */
static int32_t take_best(struct index *index, uint64_t *best, int32_t count, int32_t most, int32_t *names) {
    int32_t kept = 0;
    for (int32_t i = 0; i < count; i++) best[i] = ~best[i]; /* so that the best is on top */
    for (int32_t at = count / 2; at-- > 0;) sink(best, count, at, best[at]);
    while (count && kept < most) {
        int32_t name = name_of(~best[0]), same = 0;
        count--, sink(best, count, 0, best[count]);
        for (int32_t k = 0; k < kept; k++) same += index->name_entry[names[k]] == index->name_entry[name];
        if (same < SAME_ENTRY) names[kept++] = name;
    }
    return kept;
}

static int32_t most_promising(struct index *index, int32_t touched, float weight, const uint8_t *allowed,
                              uint64_t *best) {
    int32_t count = 0;
    for (int32_t i = 0; i < touched; i++) {
        int32_t name = index->touched[i];
        if (touched - i > AHEAD) __builtin_prefetch(index->name_weight + index->touched[i + AHEAD]);
        float found = index->sums[name].found, mine = found / weight, other, theirs, promise;
        if (allowed && !allowed[name]) continue;
        if (mine > 1.0f) mine = 1.0f;
        if (count == LOOKED_AT && mine + 0.3f < score_of(best[0])) continue; /* whatever the name weighs */
        other = index->name_weight[name];
        theirs = found / (other > 0.01f ? other : 0.01f);
        promise = mine + 0.3f * (theirs < 1.0f ? theirs : 1.0f);
        if (promise > LEAST_PROMISE - 0.5f) count = keep(best, count, ranked(promise, name));
    }
    return count;
}

/* Writes up to `most` names by falling promise and returns how many, or -1 without memory. Words come by falling
 * weight; `other` names were found otherwise and have at least `gain`.
 * `weight` is the query's, at least 0.01; `beginning` and `ending` are the hashes of its edges, 0 for none; `allowed`
 * may be null. */
int32_t propose(struct index *index, const uint8_t *words, int32_t count, const int32_t *other, const float *gain,
                int32_t others, const uint8_t *squashed, int32_t length, float weight, uint32_t beginning,
                uint32_t ending, const uint8_t *allowed, int32_t most, int32_t *names) {
    const uint32_t edges[] = {beginning, ending};
    uint64_t best[LOOKED_AT];
    struct pattern pattern;
    uint32_t query;
    int32_t touched, looked_at, kept = 0;
    if (index->name_stamp > UINT32_MAX - 256) {
        memset(index->sums, 0, index->names * sizeof *index->sums);
        index->name_stamp = 0;
    }
    query = ++index->name_stamp;
    index->name_stamp += count;
    touched = add_words(index, words, count, query);
    for (int32_t i = 0; i < others; i++) touched = add_other(index, other[i], gain[i], query, touched);
    if (!set_pattern(&pattern, squashed, length)) return -1;
    touched = add_edges(index, &pattern, edges, weight, count == 1, query, touched);
    looked_at = most_promising(index, touched, weight, allowed, best);
    for (int32_t i = 0; i < looked_at; i++) __builtin_prefetch(index->squashed_start + name_of(best[i]));
    for (int32_t i = 0; i < looked_at; i++)
        __builtin_prefetch(index->squashed_text + index->squashed_start[name_of(best[i])]);
    for (int32_t i = 0; i < looked_at; i++) {
        int32_t name = name_of(best[i]);
        struct shares shares = shares_of(index, &pattern, name);
        float score = score_of(best[i]) + (0.3f * shares.asked + 0.2f * shares.shorter);
        if (score >= LEAST_PROMISE) best[kept++] = ranked(score, name);
    }
    drop_pattern(&pattern);
    return take_best(index, best, kept, most, names);
}

static float most(float one, float other) {
    return one > other ? one : other;
}

/* ---- Comparing a query with a name: their words aligned, then the features in the order of FEATURES. */

/* One query beside one name. Likeness 0 means left over; see Aligned for the meaning of the rest. */
struct pair {
    const struct word *words;
    int32_t count, length, name, entry;
    int32_t listed[WIDEST];
    float mine[WIDEST], theirs[WIDEST];
    int8_t places[WIDEST];
    float letters, letters_left;
};

static float alike_of(const struct word *word, int32_t number) {
    int32_t low = 0, high = word->count;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (word->numbers[middle] < number) low = middle + 1;
        else high = middle;
    }
    return low < word->count && word->numbers[low] == number ? word->alike[low] : 0.0f;
}

/* The heaviest word of the query chooses first; each listed word is taken once. */
static void align(struct index *index, struct pair *pair, const int32_t *order) {
    int64_t start = index->name_start[pair->name], length = index->name_start[pair->name + 1] - start;
    pair->length = length < WIDEST ? (int32_t)length : WIDEST;
    pair->entry = index->name_entry[pair->name];
    for (int32_t k = 0; k < pair->length; k++) pair->listed[k] = index->name_token[start + k], pair->theirs[k] = 0.0f;
    for (int32_t i = 0; i < pair->count; i++) pair->mine[i] = 0.0f, pair->places[i] = -1;
    for (int32_t rank = 0; rank < pair->count; rank++) {
        float most = 0.0f;
        int32_t best = -1;
        for (int32_t k = 0; k < pair->length; k++) {
            float value = pair->theirs[k] == 0.0f ? alike_of(pair->words + order[rank], pair->listed[k]) : 0.0f;
            if (value > most) most = value, best = k;
        }
        if (best >= 0) pair->mine[order[rank]] = pair->theirs[best] = most, pair->places[order[rank]] = (int8_t)best;
    }
}

/* How alike what is left over on both sides is, joined in plain spelling; 0 where a side has nothing, < 0: no memory. */
static float left_over(struct index *index, const struct pair *pair) {
    int64_t asked = 0, other = 0;
    int32_t my_words = 0, their_words = 0;
    struct pattern pattern;
    uint8_t *text;
    float ratio;
    for (int32_t i = 0; i < pair->count; i++)
        if (pair->mine[i] == 0.0f) asked += pair->words[i].plain_length, my_words++;
    for (int32_t k = 0; k < pair->length; k++) {
        const int64_t *start = index->plain_start + pair->listed[k];
        if (pair->theirs[k] == 0.0f) other += start[1] - start[0], their_words++;
    }
    if (!my_words || !their_words) return 0.0f;
    text = malloc(asked + other + 1);
    if (!text) return -1.0f;
    asked = other = 0;
    for (int32_t i = 0; i < pair->count; i++) {
        if (pair->mine[i] != 0.0f) continue;
        memcpy(text + asked, pair->words[i].plain, pair->words[i].plain_length);
        asked += pair->words[i].plain_length;
    }
    for (int32_t k = 0; k < pair->length; k++) {
        const int64_t *start = index->plain_start + pair->listed[k];
        if (pair->theirs[k] != 0.0f) continue;
        memcpy(text + asked + other, index->plain_text + start[0], start[1] - start[0]);
        other += start[1] - start[0];
    }
    if (!set_pattern(&pattern, text, (int32_t)asked)) return free(text), -1.0f;
    ratio = (float)likeness(&pattern, text + asked, other);
    drop_pattern(&pattern), free(text);
    return ratio;
}

/* The place where a text begins among letters, -1 where it does not. */
static int32_t find(const uint8_t *letters, int32_t count, const uint8_t *text, int32_t length) {
    for (int32_t at = 0; at + length <= count; at++)
        if (!memcmp(letters + at, text, length)) return at;
    return -1;
}

static int is_short(int64_t length) {
    return length > 1 && length <= LONGEST_ABBREVIATION;
}

/* Counts a left-over word that is the initials of several on the other side as aligned with them. */
static void join_abbreviations(struct index *index, struct pair *pair, const struct pair *before) {
    uint8_t initials[WIDEST];
    int64_t start = index->name_start[pair->name];
    int32_t mine = 0, theirs = 0;
    for (int32_t i = 0; i < pair->count; i++) mine += before->mine[i] == 0.0f;
    for (int32_t k = 0; k < pair->length; k++) theirs += before->theirs[k] == 0.0f;
    for (int32_t k = 0; k < pair->length; k++)
        initials[k] = before->theirs[k] == 0.0f ? index->name_initial[start + k] : ' ';
    for (int32_t i = 0; theirs > 1 && i < pair->count; i++) {
        const struct word *word = pair->words + i;
        int32_t at = before->mine[i] == 0.0f && is_short(word->text_length)
                         ? find(initials, pair->length, word->text, word->text_length) : -1;
        if (at < 0) continue;
        pair->mine[i] = ABBREVIATED;
        for (int32_t k = 0; k < word->text_length; k++) pair->theirs[at + k] = ABBREVIATED;
        break;
    }
    for (int32_t i = 0; i < pair->count; i++) initials[i] = before->mine[i] == 0.0f ? pair->words[i].text[0] : ' ';
    for (int32_t k = 0; mine > 1 && k < pair->length; k++) {
        const int64_t *text = index->word_start + pair->listed[k];
        int32_t length = (int32_t)(text[1] - text[0]);
        int32_t at = before->theirs[k] == 0.0f && index->word_kind[pair->listed[k]] == WORD && is_short(length)
                         ? find(initials, pair->count, index->word_text + text[0], length) : -1;
        if (at < 0) continue;
        pair->theirs[k] = ABBREVIATED;
        for (int32_t i = 0; i < length; i++) pair->mine[at + i] = ABBREVIATED;
        break;
    }
}

/* Counts a left-over letter as aligned with the first left-over word on the other side that begins with it. */
static void join_initials(struct index *index, struct pair *pair) {
    int64_t start = index->name_start[pair->name];
    for (int32_t i = 0; i < pair->count; i++)
        for (int32_t k = 0; k < pair->length && pair->mine[i] == 0.0f; k++)
            if (pair->theirs[k] == 0.0f && index->name_initial[start + k] == pair->words[i].text[0] &&
                (pair->words[i].kind == INITIAL) != (index->word_kind[pair->listed[k]] == INITIAL))
                pair->mine[i] = pair->theirs[k] = ABBREVIATED, pair->places[i] = (int8_t)k;
}

/* A bit for each kind of which two different words contradict each other; 0 for the others. */
static int32_t contradicting(int32_t kind) {
    return (kind == NUMBER) | (kind == PLACE) << 1;
}

static void join(struct index *index, struct pair *pair) {
    const struct pair before = *pair;
    int32_t mine = 0, theirs = 0, found = 0, my_kinds = 0, their_kinds = 0, agree;
    for (int32_t i = 0; i < pair->count; i++)
        if (before.mine[i] == 0.0f) mine++, my_kinds |= contradicting(pair->words[i].kind);
        else found++;
    for (int32_t k = 0; k < pair->length; k++)
        if (before.theirs[k] == 0.0f) theirs++, their_kinds |= contradicting(index->word_kind[pair->listed[k]]);
    if (!mine && !theirs) return;
    agree = !(my_kinds & their_kinds);
    if (pair->letters_left >= JOINED && mine + theirs > 2 && agree) {
        for (int32_t i = 0; i < pair->count; i++) if (before.mine[i] == 0.0f) pair->mine[i] = pair->letters_left;
        for (int32_t k = 0; k < pair->length; k++) if (before.theirs[k] == 0.0f) pair->theirs[k] = pair->letters_left;
    }
    if (pair->letters >= ALIKE && agree && (!mine || !theirs || pair->letters_left >= RELATED)) {
        float over = mine && theirs && pair->letters_left < pair->letters ? pair->letters_left : pair->letters;
        for (int32_t i = 0; i < pair->count; i++)
            pair->mine[i] = most(pair->mine[i], before.mine[i] == 0.0f ? over : pair->letters);
        for (int32_t k = 0; k < pair->length; k++)
            pair->theirs[k] = most(pair->theirs[k], before.theirs[k] == 0.0f ? over : pair->letters);
    }
    if (!found) return;
    join_abbreviations(index, pair, &before);
    join_initials(index, pair);
}

static int is_said(struct index *index, int64_t entry, uint32_t hash) {
    int64_t wanted = entry << 32 | hash, low = index->said_start[entry], high = index->said_start[entry + 1];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (index->said[middle] < wanted) low = middle + 1;
        else high = middle;
    }
    return low < index->said_start[entry + 1] && index->said[low] == wanted;
}

/* Sums over the words of one side. */
struct side {
    float found, left, total, heaviest_found, heaviest_left;
    int32_t words, numbers, places, sectors; /* left over */
};

static void add_word(struct side *side, float weight, float alike, int32_t kind) {
    int left = alike == 0.0f;
    side->found += weight * alike, side->total += weight, side->left += left ? weight : 0.0f;
    side->heaviest_found = most(side->heaviest_found, weight * alike);
    if (!left) return;
    side->heaviest_left = most(side->heaviest_left, weight);
    side->words += kind == WORD, side->numbers += kind == NUMBER;
    side->places += kind == PLACE, side->sectors += kind == SECTOR;
}

static void features(struct index *index, struct pair *pair, uint32_t form, float *out) {
    struct side mine = {0}, theirs = {0};
    float spelling = 0.0f, worst = 0.0f, elsewhere = 0.0f;
    uint32_t other_form = index->name_form[pair->name];
    int32_t places_unsaid = 0;
    for (int32_t i = 0; i < pair->count; i++) {
        const struct word *word = pair->words + i;
        float apart = pair->mine[i] > 0.0f ? 1.0f - pair->mine[i] : 0.0f;
        int said = pair->mine[i] == 0.0f && (word->kind == WORD || word->kind == PLACE) &&
                   is_said(index, pair->entry, word->hash);
        add_word(&mine, word->weight, pair->mine[i], word->kind);
        spelling += word->weight * apart, worst = most(worst, apart);
        elsewhere += said ? word->weight : 0.0f;
        places_unsaid += pair->mine[i] == 0.0f && word->kind == PLACE && !said;
    }
    for (int32_t k = 0; k < pair->length; k++)
        add_word(&theirs, index->word_weight[pair->listed[k]], pair->theirs[k], index->word_kind[pair->listed[k]]);
    *out++ = mine.found;
    *out++ = mine.found / most(mine.total, 0.01f);
    *out++ = theirs.found / most(theirs.total, 0.01f);
    *out++ = mine.left;
    *out++ = theirs.left;
    *out++ = mine.heaviest_found;
    *out++ = mine.heaviest_left;
    *out++ = theirs.heaviest_left;
    *out++ = (float)((mine.words < 3 ? mine.words : 3) + (theirs.words < 3 ? theirs.words : 3));
    *out++ = spelling;
    *out++ = worst;
    *out++ = pair->letters;
    *out++ = pair->letters_left;
    *out++ = pair->count && pair->places[0] == 0;
    *out++ = !form ? 0.0f : !other_form ? ONLY_ASKED : form == other_form ? 1.0f : -1.0f;
    *out++ = (float)(mine.numbers + theirs.numbers + (mine.numbers && theirs.numbers));
    *out++ = elsewhere;
    *out++ = (float)((places_unsaid > 0) + (theirs.places > 0));
    *out++ = (float)((mine.sectors > 0) + (theirs.sectors > 0));
    *out++ = 0.0f; /* acronym and spelled out: the caller's */
    *out++ = 0.0f;
    *out++ = mine.total;
    *out++ = theirs.total;
    *out++ = (float)pair->count;
    *out++ = (float)pair->length;
    *out++ = index->name_strength[pair->name];
    *out++ = mine.heaviest_left + theirs.heaviest_left + spelling < 1e-6f;
    *out++ = index->types[index->entry_schema[pair->entry]];
}

/* A query as `Prepared.packed` writes it: its words written as one, the words, and its legal form. */
struct query {
    const uint8_t *squashed;
    int32_t length, count;
    uint32_t form;
    struct word words[WIDEST];
    int32_t order[WIDEST]; /* of the words, by falling weight */
};

/* Reads a query, and returns where the next one stands. */
static const uint8_t *read_query(const uint8_t *packed, struct query *query) {
    const int32_t *head = (const int32_t *)packed;
    query->length = head[0], query->count = head[1];
    memcpy(&query->form, head + 2, sizeof query->form);
    query->squashed = packed + 3 * sizeof *head;
    packed = query->squashed + (query->length + 3) / 4 * 4;
    for (int32_t i = 0; i < query->count; i++) {
        int32_t place = i, *order = query->order;
        packed = read_word(packed, query->words + i);
        for (; place > 0 && query->words[order[place - 1]].weight < query->words[i].weight; place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
    return packed;
}

/* Writes rows × `columns` features, and rows × `width` how alike each query word is and its place. Each query is
 * compared with as many of the names as `counts` says. Returns 0, or -1 without memory. */
int32_t compare(struct index *index, const uint8_t *queries, const int32_t *counts, int32_t count, const int32_t *names,
                int32_t width, int32_t columns, float *values, float *alike, int8_t *places) {
    struct query query;
    struct pattern pattern;
    for (int32_t number = 0; number < count; number++) {
        queries = read_query(queries, &query);
        struct pair pair = {.words = query.words, .count = query.count};
        if (!set_pattern(&pattern, query.squashed, query.length)) return -1;
        for (int32_t row = 0; row < counts[number]; row++, values += columns, alike += width, places += width) {
            pair.name = *names++;
            align(index, &pair, query.order);
            pair.letters = letters_of(index, &pattern, pair.name);
            pair.letters_left = left_over(index, &pair);
            if (pair.letters_left < 0.0f) return drop_pattern(&pattern), -1;
            join(index, &pair);
            features(index, &pair, query.form, values);
            for (int32_t i = 0; i < width; i++) {
                alike[i] = i < pair.count ? pair.mine[i] : 0.0f;
                places[i] = i < pair.count ? pair.places[i] : -1;
            }
        }
        drop_pattern(&pattern);
    }
    return 0;
}

/* ---- The score: what a row's features add up to (matchers/scoring/model.py). */

struct model {
    double start;
    int32_t ramps, curves, products; /* ramps: those of the curves, then those that products are made of */
    const int32_t *feature;          /* of each ramp */
    const float *low, *slope, *curve_steps, *product_steps;
    const int32_t *first, *second; /* ramps of each product, counted from the first that is no curve's */
};

/* Writes the score of each row of rows × `columns` features. Returns 0, or -1 without memory. */
int32_t add_up(const struct model *model, const float *values, int32_t rows, int32_t columns, double *scores) {
    float *passed = malloc((model->ramps + 1) * sizeof *passed), *others = passed + model->curves;
    if (!passed) return -1;
    for (int32_t row = 0; row < rows; row++, values += columns) {
        double sum = 0.0;
        for (int32_t i = 0; i < model->ramps; i++) {
            float share = (values[model->feature[i]] - model->low[i]) * model->slope[i];
            passed[i] = share < 0.0f ? 0.0f : share > 1.0f ? 1.0f : share;
        }
        for (int32_t i = 0; i < model->curves; i++) sum += passed[i] * model->curve_steps[i];
        for (int32_t i = 0; i < model->products; i++)
            sum += others[model->first[i]] * others[model->second[i]] * model->product_steps[i];
        scores[row] = sum + model->start;
    }
    free(passed);
    return 0;
}
