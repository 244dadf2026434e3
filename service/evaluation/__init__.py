"""The measurements: a benchmark of organization matching made from sanctions lists, for any matcher.

In the order of a run: `corpus` reads the lists, `parties` finds which entries denote one organization,
`splits` says who may be fitted on and who is measured, `queries`, `negatives`, `perturbations` and
`short_forms` make the questions and what an index must not hold, `subjects` are the matchers under test,
and `measures`, `reliability` and `pairs` count. `alone` is what is measured of this matcher by itself.

A matcher under test is a function from names to ranked answers, `(list id, entry id, score)`, higher is
better. In process, for a fast loop while fitting:

    from pathlib import Path
    from service.evaluation.corpus import load_corpus
    from service.evaluation.measures import rank
    from service.evaluation.negatives import negative_questions, read_negatives
    from service.evaluation.parties import find_parties
    from service.evaluation.queries import AliasQuestions, reachable
    from service.evaluation.splits import Side

    corpus = load_corpus(Path("../shared/data/import"))
    parties = find_parties(corpus.entries)
    sdn = frozenset({"us_ofac_sdn"})
    aliases = AliasQuestions(corpus.entries, parties, asked=sdn).pick(Side.FIT, turn=0)  # index: all lists
    negatives = negative_questions(read_negatives(Path("../shared/eval")), corpus.entries, Side.FIT)
    entries = list(aliases.holding.without(corpus.entries))  # build the index over these
    positives = reachable(aliases.questions)
    answered = answer([question.text for question in positives])  # yours: a list of answers for each name
    denied = answer([question.text for question in negatives.questions])
    ranking = rank(list(zip(positives, answered)), list(zip(negatives.questions, denied)), parties.of_ref)
    print(ranking.first(), ranking.first_five(), ranking.recall(0.01))

For one list alone give `AliasQuestions(corpus.of_lists(sdn), parties)`. A question's `truth` are the
entries that are right, its `party` and `parties.of_ref` tell whose an answer is, `difference` and `traits`
are for slices.
"""
