/* The three inner loops of matching: words like a word, names that share most with a query, and their alignment.
 *
 * Everything here is written a second time in numpy (matchers/index/vocabulary.py, matchers/index/candidates.py,
 * matchers/scoring/alignment.py), where it can be read; this is the same in one pass, for speed. Both give the same
 * numbers to the last bit, which tests/matchers/test_kernel.py holds them to, so floats are added in the same order
 * and a compiler must not contract them (-ffp-contract=off). All memory is the caller's; nothing is kept but the
 * scratch arrays of struct index, so one index may be in one call at a time.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LAYOUT 1      /* changes with the structs and signatures below */
#define NO_WORD 255   /* the kind of a column that holds no word */
#define WIDEST 16     /* words of a name that are aligned */
#define PREFIX 8      /* letters of a word that deletions are taken from */
#define MOST_OWNERS 300
#define TOUCHED 6000
#define POSTINGS 60000
#define LOOKED_AT 120 /* names whose letters are compared */
#define SAME_ENTRY 2

/* What is known of a name while one query is asked; valid only where stamp is of this query. */
struct sum {
    uint32_t stamp;  /* of the word that added to it last, or of the query itself */
    uint32_t listed; /* stamp of the query that holds it in its list */
    float found;
    float before; /* what had been found before this word */
};

struct index {
    int64_t words, names, variants;
    const uint8_t *word_text, *plain_text, *squashed_text;
    const int64_t *word_start, *plain_start, *squashed_start;
    const uint32_t *word_sound, *variant_hash;
    const int32_t *variant_word;
    const float *word_weight;
    const uint8_t *word_kind;
    const int64_t *posting_start;
    const int32_t *posting;
    const int64_t *name_start;
    const int32_t *name_token, *name_entry;
    const float *name_weight;
    uint32_t *seen;     /* scratch, a stamp for each word */
    struct sum *sums;   /* scratch, for each name */
    int32_t *touched;   /* scratch, room for each name */
    uint32_t word_stamp, name_stamp;
};

/* A word of a query with the listed words that are like it, by rising number. */
struct word {
    const int32_t *numbers;
    const float *alike;
    const uint8_t *plain;
    int32_t count, plain_length, kind;
    float weight;
};

struct scored {
    float score;
    int32_t name;
};

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

/* How alike the pattern and a text are, 0 to 1: 1 - insertions and deletions / letters of both. */
static double likeness(struct pattern *pattern, const uint8_t *text, int64_t length) {
    int64_t common = 0, both = pattern->length + length;
    if (!both) return 1.0;
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
    return 1.0 - (double)(both - 2 * common) / (double)both;
}

/* ---- Words like a word. */

struct gathering {
    struct index *index;
    int32_t *numbers;
    int32_t count, room;
};

/* The first place of a sorted array of evenly spread hashes that is not below a value. */
static int64_t lower_bound(const uint32_t *hashes, int64_t count, uint32_t value) {
    int64_t guess = (int64_t)((double)value / 4294967296.0 * (double)count), step = 512;
    int64_t low = guess, high = guess;
    while (low > 0 && hashes[low - 1] >= value) low = low > step ? low - step : 0, step *= 2;
    for (step = 512; high < count && hashes[high] < value; step *= 2) high = high + step < count ? high + step : count;
    if (low > high) low = high;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (hashes[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low;
}

static void gather(struct gathering *to, const uint8_t *variant, int32_t length) {
    struct index *index = to->index;
    uint32_t hash = crc(variant, length);
    int64_t low = lower_bound(index->variant_hash, index->variants, hash), high = low;
    while (high < index->variants && index->variant_hash[high] == hash && high - low <= MOST_OWNERS) high++;
    if (high - low > MOST_OWNERS) return;
    for (; low < high; low++) {
        int32_t number = index->variant_word[low];
        if (index->seen[number] == index->word_stamp || to->count == to->room) continue;
        index->seen[number] = index->word_stamp;
        to->numbers[to->count++] = number;
    }
}

/* A text, and what remains when up to `most` letters are deleted, each after what `buffer` begins with. */
static void gather_deletions(struct gathering *to, uint8_t *buffer, int32_t mark, const uint8_t *text, int32_t length,
                             int32_t most) {
    uint8_t *out = buffer + mark;
    memcpy(out, text, length);
    gather(to, buffer, mark + length);
    if (most > length - 2) most = length - 2;
    for (int32_t first = 0; most >= 1 && first < length; first++) {
        memcpy(out, text, first);
        memcpy(out + first, text + first + 1, length - first - 1);
        gather(to, buffer, mark + length - 1);
        for (int32_t second = first; most >= 2 && second < length - 1; second++) {
            memcpy(out, text, first);
            memcpy(out + first, text + first + 1, second - first);
            memcpy(out + second, text + second + 2, length - second - 2);
            gather(to, buffer, mark + length - 2);
        }
    }
}

/* How alike two words are, in the better of two spellings, and more alike where they sound the same; 0: different. */
static float alikeness(struct index *index, struct pattern *written, struct pattern *spelled, uint32_t sound, int64_t n) {
    const int64_t *start = index->word_start + n, *plain = index->plain_start + n;
    float ratio = (float)likeness(written, index->word_text + start[0], start[1] - start[0]);
    float other = (float)likeness(spelled, index->plain_text + plain[0], plain[1] - plain[0]) * 0.97f;
    if (other > ratio) ratio = other;
    if (index->word_sound[n] == sound && ratio >= 0.55f) ratio = (ratio + 1.0f) / 2.0f;
    return ratio >= 0.70f ? ratio : 0.0f;
}

/* Writes the numbers of the words like this one, rising, and how alike they are; returns how many. `own` is the
 * word's own number or -1, `sound` the hash of its skeleton or 1, `consonants` that skeleton (empty: too short). */
int32_t similar(struct index *index, const uint8_t *word, int32_t length, const uint8_t *plain, int32_t plain_length,
                const uint8_t *consonants, int32_t consonants_length, uint32_t sound, int32_t own, int32_t *numbers,
                float *alike, int32_t room) {
    struct gathering to = {index, numbers, 0, room};
    uint8_t buffer[2 + PREFIX], *marked = malloc(consonants_length + 2);
    struct pattern written, spelled;
    int32_t kept = 0;
    if (!marked || !set_pattern(&written, word, length)) return free(marked), -1;
    if (!set_pattern(&spelled, plain, plain_length)) return free(marked), drop_pattern(&written), -1;
    if (!++index->word_stamp) memset(index->seen, 0, index->words * sizeof *index->seen), index->word_stamp = 1;
    gather_deletions(&to, buffer, 0, word, length < PREFIX ? length : PREFIX, length > 5 ? 2 : 1);
    buffer[0] = '=';
    gather_deletions(&to, buffer, 1, plain, plain_length < PREFIX ? plain_length : PREFIX, 0);
    marked[0] = '~';
    if (consonants_length > 2)
        gather_deletions(&to, marked, 1, consonants, consonants_length, consonants_length > 3 ? 1 : 0);
    if (own >= 0 && index->seen[own] != index->word_stamp && to.count < room) numbers[to.count++] = own;
    for (int32_t i = 0; i < to.count; i++) {
        int32_t number = numbers[i], place = kept;
        float value = number == own ? 1.0f : alikeness(index, &written, &spelled, sound, number);
        if (value == 0.0f) continue;
        for (; place > 0 && numbers[place - 1] > number; place--) {
            numbers[place] = numbers[place - 1];
            alike[place] = alike[place - 1];
        }
        numbers[place] = number, alike[place] = value;
        kept++;
    }
    drop_pattern(&written), drop_pattern(&spelled), free(marked);
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

/* Adds the weight of each word to the names that have a word like it; the most alike counts. */
static int32_t add_words(struct index *index, const struct word *words, int32_t count, uint32_t query) {
    int32_t touched = 0;
    int64_t met = 0;
    for (int32_t w = 0; w < count; w++) {
        const struct word *word = words + w;
        int64_t postings = 0;
        for (int32_t i = 0; i < word->count; i++)
            postings += index->posting_start[word->numbers[i] + 1] - index->posting_start[word->numbers[i]];
        if (postings > POSTINGS && w) continue;
        for (int32_t i = 0; i < word->count; i++) {
            float gain = word->alike[i] * word->weight;
            int64_t end = index->posting_start[word->numbers[i] + 1];
            for (int64_t at = index->posting_start[word->numbers[i]]; at < end; at++) {
                struct sum *sum = sum_of(index, index->posting[at], query);
                if (sum->stamp != query + 1 + w) sum->before = sum->found, sum->stamp = query + 1 + w;
                if (sum->before + gain > sum->found) sum->found = sum->before + gain;
                if (met < TOUCHED) touched = touch(index, index->posting[at], sum, query, touched);
            }
        }
        met += postings;
    }
    return touched;
}

static int before(struct scored one, struct scored other) {
    return one.score > other.score || (one.score == other.score && one.name < other.name);
}

static int by_score(const void *one, const void *other) {
    return before(*(const struct scored *)other, *(const struct scored *)one) -
           before(*(const struct scored *)one, *(const struct scored *)other);
}

/* Keeps the best of a stream of names: a heap with the worst on top. */
static int32_t keep(struct scored *heap, int32_t count, struct scored item) {
    int32_t at, child;
    if (count == LOOKED_AT) {
        if (!before(item, heap[0])) return count;
        for (at = 0; (child = 2 * at + 1) < count; at = child) {
            if (child + 1 < count && before(heap[child], heap[child + 1])) child++;
            if (!before(item, heap[child])) break;
            heap[at] = heap[child];
        }
        heap[at] = item;
        return count;
    }
    for (at = count; at > 0 && before(heap[(at - 1) / 2], item); at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
    heap[at] = item;
    return count + 1;
}

/* How alike a query and a name are, both written as one word. */
static float letters_of(struct index *index, struct pattern *query, int32_t name) {
    const int64_t *start = index->squashed_start + name;
    return (float)likeness(query, index->squashed_text + start[0], start[1] - start[0]);
}

static int32_t most_promising(struct index *index, int32_t touched, float weight, const uint8_t *allowed,
                              struct scored *best) {
    int32_t count = 0;
    for (int32_t i = 0; i < touched; i++) {
        int32_t name = index->touched[i];
        float found = index->sums[name].found, other = index->name_weight[name];
        float mine = found / weight, theirs = found / (other > 0.01f ? other : 0.01f), promise;
        if (allowed && !allowed[name]) continue;
        promise = ((mine < 1.0f ? mine : 1.0f) + (theirs < 1.0f ? theirs : 1.0f)) / 2.0f + 0.15f * found;
        if (promise > 0.65f - 0.5f) count = keep(best, count, (struct scored){promise, name});
    }
    return count;
}

/* Writes up to `most` names by falling promise and returns how many, or -1 without memory. Words come by falling
 * weight; `other` names were found otherwise and have at least `gain`, `relative` ones beside what was found.
 * `weight` is the query's, at least 0.01; `allowed` may be null. */
int32_t propose(struct index *index, const struct word *words, int32_t count, const int32_t *other, const float *gain,
                const uint8_t *relative, int32_t others, const uint8_t *squashed, int32_t length, float weight,
                const uint8_t *allowed, int32_t most, int32_t *names) {
    struct scored best[LOOKED_AT];
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
    for (int32_t i = 0; i < others; i++) {
        struct sum *sum = sum_of(index, other[i], query);
        float value = relative[i] ? sum->found + gain[i] : gain[i];
        if (value > sum->found) sum->found = value;
        touched = touch(index, other[i], sum, query, touched);
    }
    looked_at = most_promising(index, touched, weight, allowed, best);
    if (!looked_at) return 0;
    if (!set_pattern(&pattern, squashed, length)) return -1;
    for (int32_t i = 0; i < looked_at; i++)
        best[i].score += 0.5f * letters_of(index, &pattern, best[i].name);
    drop_pattern(&pattern);
    qsort(best, looked_at, sizeof *best, by_score);
    for (int32_t i = 0; i < looked_at && kept < most && best[i].score >= 0.65f; i++) {
        int32_t same = 0;
        for (int32_t k = 0; k < kept; k++) same += index->name_entry[names[k]] == index->name_entry[best[i].name];
        if (same >= SAME_ENTRY) continue;
        names[kept++] = best[i].name;
    }
    return kept;
}

/* ---- Aligning the words of queries with those of names. */

/* What is written, rows × width of the widest query or × columns of the widest name; see Aligned for the meaning. */
struct aligned {
    int32_t width, columns;
    float *query_weight, *query_alike, *listed_weight, *listed_alike, *letters, *letters_left;
    uint8_t *query_kind, *listed_kind;
    int8_t *query_place;
    int32_t *listed_token;
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

/* How alike what is left over on both sides is, joined in plain spelling; 0 where a side has nothing, < 0: no memory. */
static float left_over(struct index *index, const struct word *words, int32_t count, const float *mine,
                       const int32_t *listed, const float *theirs, int32_t columns) {
    int64_t asked = 0, other = 0;
    int32_t my_words = 0, their_words = 0;
    struct pattern pattern;
    uint8_t *text;
    float ratio;
    for (int32_t i = 0; i < count; i++)
        if (mine[i] == 0.0f) asked += words[i].plain_length, my_words++;
    for (int32_t k = 0; k < columns; k++)
        if (listed[k] >= 0 && theirs[k] == 0.0f)
            other += index->plain_start[listed[k] + 1] - index->plain_start[listed[k]], their_words++;
    if (!my_words || !their_words) return 0.0f;
    text = malloc(asked + other + 1);
    if (!text) return -1.0f;
    asked = other = 0;
    for (int32_t i = 0; i < count; i++)
        if (mine[i] == 0.0f) memcpy(text + asked, words[i].plain, words[i].plain_length), asked += words[i].plain_length;
    for (int32_t k = 0; k < columns; k++)
        if (listed[k] >= 0 && theirs[k] == 0.0f) {
            int64_t start = index->plain_start[listed[k]], length = index->plain_start[listed[k] + 1] - start;
            memcpy(text + asked + other, index->plain_text + start, length);
            other += length;
        }
    if (!set_pattern(&pattern, text, (int32_t)asked)) return free(text), -1.0f;
    ratio = (float)likeness(&pattern, text + asked, other);
    drop_pattern(&pattern), free(text);
    return ratio;
}

static void lay_out(struct index *index, const struct word *words, int32_t count, int32_t name, struct aligned *out,
                    int64_t row) {
    int64_t start = index->name_start[name], length = index->name_start[name + 1] - start;
    for (int32_t k = 0; k < out->columns; k++) {
        int64_t at = row * out->columns + k;
        int32_t token = k < length ? index->name_token[start + k] : -1;
        out->listed_token[at] = token, out->listed_alike[at] = 0.0f;
        out->listed_weight[at] = token < 0 ? 0.0f : index->word_weight[token];
        out->listed_kind[at] = token < 0 ? NO_WORD : index->word_kind[token];
    }
    for (int32_t i = 0; i < out->width; i++) {
        int64_t at = row * out->width + i;
        out->query_weight[at] = i < count ? words[i].weight : 0.0f;
        out->query_kind[at] = i < count ? (uint8_t)words[i].kind : NO_WORD;
        out->query_alike[at] = 0.0f, out->query_place[at] = -1;
    }
}

/* Aligns each query, with its number of words, with its own number of names. Returns 0, or -1 without memory. */
int32_t align(struct index *index, const struct word *words, const int32_t *counts, const uint8_t *squashed,
              const int32_t *lengths, int32_t queries, const int32_t *names, const int32_t *rows,
              struct aligned *out) {
    int32_t order[WIDEST];
    struct pattern pattern;
    int64_t row = 0;
    for (int32_t query = 0; query < queries; words += counts[query], squashed += lengths[query], query++) {
        int32_t count = counts[query];
        int64_t end = row + rows[query];
        if (row == end) continue;
        for (int32_t i = 0; i < count; i++) {
            int32_t place = i;
            for (; place > 0 && words[order[place - 1]].weight < words[i].weight; place--)
                order[place] = order[place - 1];
            order[place] = i;
        }
        if (!set_pattern(&pattern, squashed, lengths[query])) return -1;
        for (; row < end; row++) {
            float *mine = out->query_alike + row * out->width, *theirs = out->listed_alike + row * out->columns;
            int32_t *listed = out->listed_token + row * out->columns;
            lay_out(index, words, count, names[row], out, row);
            for (int32_t rank = 0; rank < count; rank++) {
                float most = 0.0f;
                int32_t best = -1;
                for (int32_t k = 0; k < out->columns && listed[k] >= 0; k++) {
                    float value = theirs[k] == 0.0f ? alike_of(words + order[rank], listed[k]) : 0.0f;
                    if (value > most) most = value, best = k;
                }
                if (best < 0) continue;
                mine[order[rank]] = theirs[best] = most;
                out->query_place[row * out->width + order[rank]] = (int8_t)best;
            }
            out->letters[row] = letters_of(index, &pattern, names[row]);
            out->letters_left[row] = left_over(index, words, count, mine, listed, theirs, out->columns);
            if (out->letters_left[row] < 0.0f) return drop_pattern(&pattern), -1;
        }
        drop_pattern(&pattern);
    }
    return 0;
}
