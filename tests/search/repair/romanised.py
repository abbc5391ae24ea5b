"""How do people write Russian words in Latin letters? Written for these tests: passports, libraries, newspapers in
English, German, French and Polish, and keyboards without Cyrillic.
"""

from __future__ import annotations

ROWS = """
щербаков shcherbakov scherbakov ščerbakov schtscherbakow szczerbakow chtcherbakov
жуков zhukov žukov schukow joukov żukow jukov
чехов chekhov čehov tschechow tchekhov czechow chehov
хрущев khrushchev hruščev chruschtschow khrouchtchev chruszczow hruschev khrushchyov
юрьев yuriev yuryev jur'ev jurjew iouriev jurjew iur'ev yur'ev
яковлев yakovlev jakovlev jakowlew iakovlev
цветаева tsvetaeva cvetaeva zwetajewa tsvetaieva cwietajewa tsvetayeva
зайцев zaitsev zaytsev zajcev saizew zaïtsev zajcew
ельцин yeltsin eltsin el'cin jelzin eltsine jelcyn
горбачев gorbachev gorbačev gorbatschow gorbatchev gorbaczow gorbachyov
достоевский dostoevsky dostoyevsky dostoevskij dostojewski dostoïevski dostoevskiy
чайковский tchaikovsky chaikovsky čajkovskij tschaikowski tchaïkovski chaykovskiy
толстой tolstoy tolstoj tolstoi
волков volkov wolkow volkoff
соколова sokolova sokolowa
кузнецов kuznetsov kuznecov kusnezow kouznetsov
васильев vasiliev vasilyev vasil'ev wassiljew vassiliev
воробьев vorobyov vorobyev vorob'ev worobjow vorobiev vorobyev
ильин ilyin il'in iljin ilyine
королев korolev korolyov koroljow korolëv
шишкин shishkin šiškin schischkin chichkine szyszkin
щукин shchukin schukin ščukin chtchoukine
хабаров khabarov habarov chabarow
эйзенштейн eisenstein eizenshtein eyzenshteyn ejzenštejn eisenstein
андрей andrey andrei andrej
сергей sergey sergei sergej serguei
дмитрий dmitry dmitri dmitriy dmitrij dmitrii
юлия yulia julia yuliya julija iuliia yuliia
наталья natalya natalia natal'ya natalja
татьяна tatyana tatiana tat'yana tatjana
евгений evgeny yevgeny evgeniy evgenij jewgeni evgenii
михаил mikhail mihail michail
алексей alexey aleksei alexei aleksey aleksej
ксения kseniya xenia ksenia ksenija xeniya
фёдор fyodor fedor fjodor
семён semyon semen semjon
пётр pyotr petr pjotr
илья ilya ilia il'ya ilja
москва moskva moskwa
владивосток vladivostok wladiwostok
екатеринбург yekaterinburg ekaterinburg jekaterinburg
челябинск chelyabinsk čeljabinsk tscheljabinsk cheliabinsk
нижний nizhny nizhniy nižnij nischni nizhnii
новосибирск novosibirsk nowosibirsk
хабаровск khabarovsk habarovsk chabarowsk
казань kazan kazan' kasan
рязань ryazan riazan rjazan' ryazan'
пермь perm perm'
тверь tver tver' twer
ярославль yaroslavl jaroslavl yaroslavl' jaroslawl
сызрань syzran syzran'
ижевск izhevsk iževsk ischewsk
йошкар yoshkar joškar ioshkar
магнитогорск magnitogorsk
астрахань astrakhan astrahan astrachan
сочи sochi soči sotschi
сибирь sibir sibir' sibir
байкал baikal baykal bajkal
сирия siriya sirija siria
россия rossiya rossija rossia
украина ukraina
грузия gruziya gruzija
президент prezident prezident
министр ministr
правительство pravitelstvo pravitel'stvo prawitelstwo
общество obshchestvo obschestvo obščestvo
борщ borshch borsch boršč
щи shchi schi šči
счастье schastye schast'e schastie
объявление obyavlenie ob'yavlenie ob''javlenie objavlenie
подъезд podyezd pod'ezd podezd pod'yezd
съезд syezd s'ezd s'yezd sezd
жизнь zhizn zhizn' žizn' jizn
любовь lyubov ljubov lubov lyubov' liubov
человек chelovek čelovek 4elovek tschelowek czelowiek
чай chay čaj chai 4ay
щенок shchenok schenok ščenok
хорошо khorosho horosho chorosho
спасибо spasibo
привет privet priwet
здравствуйте zdravstvuyte zdravstvujte zdravstvuite
новости novosti nowosti
газета gazeta
погода pogoda
выборы vybory wybory vibory
музыка muzyka musyka
язык yazyk jazyk
экономика ekonomika èkonomika economika
энергия energiya energija energia
юность yunost junost' yunost'
яблоко yabloko jabloko iabloko
ёлка yolka elka jolka
цирк tsirk cirk
царь tsar tsar' car' zar
площадь ploshchad ploschad ploščad' ploshchad'
улица ulitsa ulica uliza
станция stantsiya stancija stantsia stanciya
река reka
журнал zhurnal žurnal jurnal
депутат deputat
закон zakon
война voyna vojna voina wojna
мир mir
защита zashchita zaschita zaščita
больница bolnitsa bol'nica bolnica
учитель uchitel učitel' uchitel'
школа shkola škola schkola
семья semya sem'ya semja semia
пьеса pyesa p'esa pjesa
статья statya stat'ya statja statia
день den den'
конь kon kon'
хлеб khleb hleb chleb
воздух vozdukh vozduh wosduch
цыган tsygan cygan
эхо ekho èho eho
лавров lavrov lavrow lavroff
песков peskov peskow
шойгу shoigu shoygu šojgu schoigu choïgou
керри kerry kerri
меркель merkel
джонсон johnson dzhonson jonson
"""
ROMANISED = {
    russian: tuple(dict.fromkeys(latin)) for russian, *latin in (row.split() for row in ROWS.split("\n") if row)
}
