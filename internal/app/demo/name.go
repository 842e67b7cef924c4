package demo

import "strings"

// givenNames are first names as one hears them in France and next door.
func givenNames() []string { return strings.Fields(given) }

// familyNames are family names; the plainest are those of thousands.
func familyNames() []string { return strings.Fields(family) }

const given = `
	Adèle Adrien Agathe Aïcha Alban Alice Aline Amadou Amélie Amine Anaïs André Angèle Anna Anouk Antoine Apolline Armel Arthur
	Assia Aurélie Baptiste Basile Bérénice Blanche Camille Capucine Cécile Céline Chantal Charlotte Chloé Clara Clément Clémence
	Colette Constance Corentin Cyril Damien Danièle Delphine Denise Diego Djamila Édith Éléonore Élise Élodie Éloi Émile Emma Enora
	Ernest Estelle Étienne Eva Fanny Farid Fatou Félix Fleur Florence Gabriel Gaëlle Germain Gilles Giulia Gustave Hanna Hélène
	Henri Hugo Ibrahim Inès Irène Isabelle Ismaël Jade Jeanne Joël Joseph Judith Jules Julie Karim Katia Khadija Laëtitia Lamine
	Laure Léa Léon Lina Loïc Louise Lucas Lucie Madeleine Maël Maëlys Malika Manon Marguerite Marius Mathilde Maya Mehdi Mélanie
	Mina Moussa Nadège Naïm Nathan Nina Noé Nolwenn Odette Océane Olga Oriane Oscar Pauline Perrine Quentin Rachida Rémi Romane
	Rosa Salomé Samira Sandrine Sarah Séverine Sofia Solène Sophie Suzanne Sylvain Tess Théo Tiphaine Tristan Valentin Victor
	Violette Yann Yasmine Yvonne Zélie Zoé`

const family = `
	Abadie Allard Amrani André Arnaud Aubert Aubry Bailly Barbier Baron Barre Bellanger Benali Benoit Bernard Berger Bertin Besson
	Blanchet Blondel Bonnet Bouchet Boulanger Bourdon Bouvier Brisset Brun Camara Carlier Caron Carpentier Chabert Charpentier
	Chauvin Chevalier Chevallier Cissé Clerc Cochet Colin Collet Cordier Cosson Costa Coulon Couturier Cuvelier Silva Daniel
	David Delattre Delaunay Delmas Denis Deschamps Devaux Diallo Diarra Dubois Dufour Duhamel Dumas Dumont Dupont Dupuis Durand
	Duval Fabre Faure Favre Fernandes Ferrand Fleury Fontaine Fournier Francou Gaillard Garcia Garnier Gauthier Gautier
	Germain Gilbert Girard Giraud Gonzalez Grandjean Guérin Guichard Guillot Guyot Haddad Hamon Hardy Henry Hervé Hoareau Hoffmann
	Hubert Huet Humbert Jacquet Jacob Joly Jourdan Julien Kaddour Keita Keller Klein Konaté Lacombe Lacroix Lambert Langlois
	Laporte Laurent Lebrun Leclerc Lecomte Lefebvre Legrand Lemaire Lemoine Leroux Leroy Levasseur Lombard Lopez Maillard Mallet
	Marchand Maréchal Marin Martin Martinez Marty Masson Mathieu Maurin Menard Mercier Meunier Meyer Michaud Millet Monnier Moreau
	Morel Morin Moulin Müller Navarro Nguyen Nicolas Noël Olivier Ouedraogo Payet Pelletier Perez Perrier Perrin Perrot Petit
	Philippe Picard Pichon Poirier Pons Poulain Prévost Quéré Renard Renaud Rey Reynaud Ribeiro Richard Rivière Robert Robin Roche
	Rodrigues Rossi Rousseau Roux Roy Ruiz Sanchez Santos Schmitt Simon Tanguy Tessier Thibault Thomas Traoré Tran Vasseur Vidal
	Vincent Voisin Wagner Weber Ziegler`

// far is a place abroad.
type far struct{ country, code string }

func abroad() []far {
	return []far{
		{"BE", "1000"}, {"BE", "4000"}, {"BE", "9000"}, {"CH", "1201"}, {"CH", "8001"}, {"DE", "10115"}, {"DE", "20095"},
		{"DE", "50667"}, {"DE", "77694"}, {"ES", "08001"}, {"ES", "28001"}, {"GB", "EH1 1YZ"}, {"GB", "M1 1AE"}, {"GB", "SW1A 1AA"},
		{"IT", "20121"}, {"LU", "1111"}, {"NL", "1011 AA"}, {"NL", "3011 AA"}, {"PT", "1000-001"}, {"PT", "4000-001"},
	}
}
